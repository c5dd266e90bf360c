import { EXIT } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { readFacts } from '../orchestrate/gather.js';
import { loadConfig } from '../record/load-config.js';
import { gatherFacts } from '../report/facts.js';
import { jsonText } from '../report/json.js';
import { statusText } from '../report/status.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

export const statusCommand: Command = {
  name: 'status',
  takes: '',
  arity: [0, 0],
  says: 'What is done, what runs, what stopped, what waits for you.',
  example: 'make status',
  options: { json: { type: 'boolean', says: 'the same facts as JSON (schema/report.schema.json)' } },
  page: 'first',
  run({ root, options, print }) {
    const config = loadConfig(root);
    const facts = gatherFacts(readFacts(config, knownBacklog(config), openWorkspace(config), null));
    print(options.json === true ? jsonText(facts).trimEnd() : statusText(facts).trimEnd());
    return EXIT.done;
  },
};
