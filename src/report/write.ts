/** Where the report ends up: `reports/report.md` and `report.html` for people, `report.json` for programs. */
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { ensureIgnored } from '../record/paths.js';
import { reportHtml } from './html.js';
import { jsonText } from './json.js';
import { reportMarkdown } from './markdown.js';
import type { Facts } from './shape.js';

/** Of a larger backlog nobody reads report.json with his eyes, and blanks would be a third of it. */
const MOST_INDENTED = 1000;

/** What we put into the folder; one that holds anything else belongs to the user, and is not hidden from git. */
export const OUR_REPORTS: readonly string[] = [
  '.gitignore',
  ...['report.md', 'report.json', 'report.html', 'graph.svg', 'graph.dot', 'graph.mmd'],
];

/**
 * Writes the reports, each whole or not at all, into a folder that ignores itself (DESIGN "Files").
 * @returns their paths, relative to the project where they lie in it, as a person would name them
 * @throws the system's error where the folder cannot be written
 */
export function writeReports(config: Pick<Config, 'root' | 'reports'>, facts: Facts): string[] {
  const folder = isAbsolute(config.reports) ? config.reports : join(config.root, config.reports);
  ensureIgnored(folder, OUR_REPORTS);
  files.writeIfChanged(join(folder, 'report.json'), jsonText(facts, facts.totals.tasks > MOST_INDENTED ? 0 : 2));
  files.writeIfChanged(join(folder, 'report.md'), reportMarkdown(facts));
  files.writeIfChanged(join(folder, 'report.html'), reportHtml(facts, wayBack(folder, config.root)));
  return ['report.md', 'report.html', 'report.json'].map((name) => join(config.reports, name));
}

/** From a folder to another, as a link begins. */
function wayBack(from: string, to: string): string {
  const way = relative(from, to);
  return way === '' ? '' : `${way.split(sep).map(encodeURIComponent).join('/')}/`;
}
