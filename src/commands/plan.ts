import { EXIT } from '../diagnostic.js';
import { planInput } from '../orchestrate/plan.js';
import { loadConfig } from '../record/load-config.js';
import { jsonText } from '../report/json.js';
import { planOf, planText } from '../report/plan-page.js';
import type { Command } from './command.js';

export const planCommand: Command = {
  name: 'plan',
  takes: '',
  arity: [0, 0],
  says: 'What would run, in what order, by which agent, model and commands, at what expected cost; nothing is paid.',
  example: 'make plan',
  options: { json: { type: 'boolean', says: 'as JSON' } },
  page: 'first',
  async run({ root, options, print }) {
    const plan = planOf(await planInput(loadConfig(root), (line) => process.stderr.write(`${line}\n`)));
    print(options.json === true ? jsonText(plan).trimEnd() : planText(plan).trimEnd());
    return EXIT.done;
  },
};
