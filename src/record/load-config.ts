import { readConfig } from '../config/read.js';
import type { Config } from '../config.js';
import { configText, knownConfig, rememberConfig } from './known-config.js';
import { ensureIgnored, statePaths } from './paths.js';

/**
 * The configuration of the project at `root` (absolute): from the cache where stepladder.yaml is unchanged.
 * @throws Refusal with every problem of the file
 */
export function loadConfig(root: string): Config {
  const known = knownConfig(root);
  if (known !== null) return known;
  const written = configText(root);
  const config = readConfig(root, written?.text ?? '', written?.hash ?? '');
  ensureIgnored(statePaths(root).state);
  rememberConfig(config);
  return config;
}
