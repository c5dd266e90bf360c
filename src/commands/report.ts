import { EXIT } from '../diagnostic.js';
import { gather } from '../orchestrate/gather.js';
import { loadConfig } from '../record/load-config.js';
import { jsonText } from '../report/json.js';
import { reportMarkdown } from '../report/markdown.js';
import { writeReports } from '../report/write.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

export const reportCommand: Command = {
  name: 'report',
  takes: '',
  arity: [0, 0],
  says: 'Write the reports of the latest run, as every run does by itself, and print the one for people.',
  example: 'make report',
  options: { json: { type: 'boolean', says: 'print report.json instead' } },
  page: 'further',
  run({ root, options, print }) {
    const config = loadConfig(root);
    const facts = gather(config, openWorkspace(config), null);
    const written = writeReports(config, facts);
    print((options.json === true ? jsonText(facts) : reportMarkdown(facts)).trimEnd());
    process.stderr.write(`written: ${written.join(', ')}\n`);
    return EXIT.done;
  },
};
