import { EXIT } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { readFacts } from '../orchestrate/gather.js';
import { loadConfig } from '../record/load-config.js';
import { jsonText } from '../report/json.js';
import { taskPage } from '../report/task-page.js';
import { taskPageText } from '../report/task-page-text.js';
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
    const input = readFacts(config, backlog, openWorkspace(config), null);
    // What a broken file of another task means for this one is for its page to say.
    if (!backlog.tasks.has(name) || input.broken?.has(name) === true) taskOf(backlog, config, name);
    const page = taskPage(input, name);
    if (page === null) throw new Error(`the backlog has ${name}, its page has not`);
    print(options.json === true ? jsonText(page).trimEnd() : taskPageText(page).trimEnd());
    return EXIT.done;
  },
};
