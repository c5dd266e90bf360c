import { type Backlog, loadBacklog } from '../backlog/load.js';
import type { Config } from '../config.js';
import { readParsed } from './parsed.js';
import { survey } from './survey.js';

/** The backlog, without reading again what the generator read and nobody changed since (by stat). As `loadBacklog`. */
export function knownBacklog(config: Config): Backlog {
  return loadBacklog(config, { reuse: readParsed(config, survey(config)) });
}
