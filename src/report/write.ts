/** Where the report ends up: `reports/report.md` for people, `reports/report.json` for programs. */
import { isAbsolute, join } from 'node:path';
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { ensureIgnored } from '../record/paths.js';
import { jsonText } from './json.js';
import { reportMarkdown } from './markdown.js';
import type { Facts } from './shape.js';

/** What we put into the folder; one that holds anything else belongs to the user, and is not hidden from git. */
const OURS = ['.gitignore', 'report.md', 'report.json', 'report.html'];

/**
 * Writes the reports, each whole or not at all, into a folder that ignores itself (DESIGN "Files").
 * @returns their paths, relative to the project where they lie in it, as a person would name them
 * @throws the system's error where the folder cannot be written
 */
export function writeReports(config: Pick<Config, 'root' | 'reports'>, facts: Facts): string[] {
  const folder = isAbsolute(config.reports) ? config.reports : join(config.root, config.reports);
  ensureIgnored(folder, OURS);
  files.writeIfChanged(join(folder, 'report.json'), jsonText(facts));
  files.writeIfChanged(join(folder, 'report.md'), reportMarkdown(facts));
  return ['report.md', 'report.json'].map((name) => join(config.reports, name));
}
