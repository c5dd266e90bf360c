import { readConfig } from '../config/read.js';
import type { Config } from '../config.js';
import { sha256 } from './digest.js';
import { configText, knownConfig, rememberConfig } from './known-config.js';
import { ensureIgnored, statePaths } from './paths.js';

/**
 * The configuration of the project at `root` (absolute): from the cache where stepladder.yaml is unchanged.
 * @throws Refusal with every problem of the file
 */
export function loadConfig(root: string): Config {
  const known = knownConfig(root);
  if (known !== null) return known;
  const text = configText(root) ?? '';
  const config = readConfig(root, text, sha256(text));
  ensureIgnored(statePaths(root).state);
  rememberConfig(config, text);
  return config;
}
