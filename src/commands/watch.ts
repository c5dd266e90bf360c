import { canDraw } from '../orchestrate/show.js';
import { pollInterval, pollingAsked } from '../watch/eyes.js';
import { watch } from '../watch.js';
import type { Command } from './command.js';

/** While a run draws its view the cursor stands in the first line of it: what was there must not show behind ours. */
const CLEAN_END = '\u001b[K';

export const watchCommand: Command = {
  name: 'watch',
  takes: '',
  arity: [0, 0],
  says: 'Run the backlog, then again whenever a task file or the configuration is edited.',
  example: 'make -j4 watch',
  options: {
    poll: { type: 'boolean', says: 'look every second, where the system tells of no changes (make watch POLL=1)' },
    retry: { type: 'boolean', says: 'try failed tasks again, in the first run (make RETRY=1 watch)' },
  },
  page: 'further',
  run({ root, options, print }) {
    return watch(root, {
      retry: options.retry === true,
      pollMs: options.poll === true ? pollInterval(process.env) : pollingAsked(process.env),
      say: (line) => print(canDraw(process.stdout, process.env) ? `${line}${CLEAN_END}` : line),
      warn: (text) => void process.stderr.write(`${text.trimEnd()}\n`),
    });
  },
};
