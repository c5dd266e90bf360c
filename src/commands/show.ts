import { EXIT } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { readFacts } from '../orchestrate/gather.js';
import { loadConfig } from '../record/load-config.js';
import { jsonText } from '../report/json.js';
import { taskPage, taskPageText } from '../report/task-page.js';
import { taskOf } from '../step/open.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

export const showCommand: Command = {
  name: 'show',
  takes: 'NAME',
  arity: [1, 1],
  says: 'One task: why it would run now or what it waits for, what was verified, what happened to it.',
  example: 'stepladder show openai-core',
  options: { json: { type: 'boolean', says: 'as JSON' } },
  page: 'first',
  run({ root, args: [name = ''], options, print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    taskOf(backlog, config, name);
    const page = taskPage(readFacts(config, backlog, openWorkspace(config), null), name);
    if (page === null) throw new Error(`the backlog has ${name}, its page has not`);
    print(options.json === true ? jsonText(page).trimEnd() : taskPageText(page).trimEnd());
    return EXIT.done;
  },
};
