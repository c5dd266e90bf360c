/** Where the reports end up, and that they are nobody's business but the reader's. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportHtml } from '../src/report/html.js';
import { jsonText } from '../src/report/json.js';
import { reportMarkdown } from '../src/report/markdown.js';
import { writeReports } from '../src/report/write.js';
import { inFolder } from './rig/folder.js';
import { Story } from './rig/story.js';
import { assert, suite } from './rig/suite.js';

const test = suite('report: files');

const facts = new Story().task('a').holds('a').facts();

test('Markdown, HTML and JSON are written into a folder that git does not see', () =>
  inFolder((root) => {
    execFileSync('git', ['init', '-q', root]);
    assert.equal(writeReports({ root, reports: 'reports' }, facts), [
      'reports/report.md',
      'reports/report.html',
      'reports/report.json',
    ]);
    assert.is(readFileSync(join(root, 'reports/report.md'), 'utf8'), reportMarkdown(facts));
    assert.is(readFileSync(join(root, 'reports/report.html'), 'utf8'), reportHtml(facts, '../'));
    assert.is(readFileSync(join(root, 'reports/report.json'), 'utf8'), jsonText(facts));
    assert.equal(readdirSync(join(root, 'reports')).sort(), ['.gitignore', 'report.html', 'report.json', 'report.md']);
    assert.is(execFileSync('git', ['-C', root, 'status', '--porcelain'], { encoding: 'utf8' }), '');
  }));

test('a folder that holds a person’s own files is written to, but not hidden', () =>
  inFolder((root) => {
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'docs/mine.md'), 'mine');
    writeReports({ root, reports: 'docs' }, facts);
    assert.equal(readdirSync(join(root, 'docs')).sort(), ['mine.md', 'report.html', 'report.json', 'report.md']);
  }));

test('reports may lie anywhere, and equal facts leave the files as they are', () =>
  inFolder((root) => {
    const reports = join(root, 'elsewhere/deep');
    assert.equal(writeReports({ root: join(root, 'project'), reports }, facts), [
      join(reports, 'report.md'),
      join(reports, 'report.html'),
      join(reports, 'report.json'),
    ]);
    const before = statSync(join(reports, 'report.md')).ino;
    writeReports({ root: join(root, 'project'), reports }, facts);
    assert.is(statSync(join(reports, 'report.md')).ino, before);
  }));
