/**
 * The configuration as last read, so that a step that has nothing to do loads neither YAML nor a schema validator.
 * Kept in `.stepladder/config.json`, valid for exactly the bytes (and the program's version) it was read from.
 */
import { join } from 'node:path';
import { CONFIG_FILE, type Config, defaultConfig, STATE } from '../config.js';
import { files } from './files.js';

declare const STEPLADDER_VERSION: string;

interface Known {
  readonly version: string;
  /** What stepladder.yaml held. */
  readonly text: string;
  readonly config: Omit<Config, 'root'>;
}

function knownConfigPath(root: string): string {
  return join(root, STATE, 'config.json');
}

/** What stepladder.yaml holds; null where there is none. */
export function configText(root: string): string | null {
  return files.readText(join(root, CONFIG_FILE));
}

/** The configuration without reading YAML: defaults where there is no file; null where the file must be read anew. */
export function knownConfig(root: string): Config | null {
  const text = configText(root);
  if (text === null) return defaultConfig(root);
  const source = files.readText(knownConfigPath(root));
  if (source === null) return null;
  try {
    const known = JSON.parse(source) as Known;
    if (known.version !== STEPLADDER_VERSION || known.text !== text) return null;
    return { ...defaultConfig(root), ...known.config, root };
  } catch {
    // Half-written or meddled with: it is only a cache.
    return null;
  }
}

/** Remembers a configuration that was read from this text. */
export function rememberConfig(config: Config, text: string): void {
  const { root, ...rest } = config;
  const known: Known = { version: STEPLADDER_VERSION, text, config: rest };
  files.writeIfChanged(knownConfigPath(root), `${JSON.stringify(known)}\n`);
}
