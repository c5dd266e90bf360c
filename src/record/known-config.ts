/**
 * The configuration as last read, so that a step that has nothing to do loads neither YAML nor a schema validator.
 * Kept in `.stepladder/config.json`, valid for exactly the bytes (and the program's version) it was read from.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CONFIG_FILE, type Config, defaultConfig, STATE } from '../config.js';
import { files } from './files.js';

declare const STEPLADDER_VERSION: string;

interface Known {
  readonly version: string;
  readonly config: Omit<Config, 'root'>;
}

export function knownConfigPath(root: string): string {
  return join(root, STATE, 'config.json');
}

/** stepladder.yaml and the sha256 of what it holds; null where there is none. */
export function configText(root: string): { text: string; hash: string } | null {
  const text = files.readText(join(root, CONFIG_FILE));
  return text === null ? null : { text, hash: createHash('sha256').update(text).digest('hex') };
}

/** The configuration without reading YAML: defaults where there is no file; null where the file must be read anew. */
export function knownConfig(root: string): Config | null {
  const written = configText(root);
  if (written === null) return defaultConfig(root);
  const text = files.readText(knownConfigPath(root));
  if (text === null) return null;
  try {
    const known = JSON.parse(text) as Known;
    if (known.version !== STEPLADDER_VERSION || known.config.hash !== written.hash) return null;
    return { ...known.config, root };
  } catch {
    // Half-written or meddled with: it is only a cache.
    return null;
  }
}

/** Remembers a configuration that was read. */
export function rememberConfig(config: Config): void {
  const { root, ...rest } = config;
  const known: Known = { version: STEPLADDER_VERSION, config: rest };
  files.writeIfChanged(knownConfigPath(root), `${JSON.stringify(known)}\n`);
}
