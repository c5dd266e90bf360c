import { effective } from '../config/effective.js';
import { didYouMean, EXIT, printable, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { goal } from '../record/goal.js';
import { loadConfig } from '../record/load-config.js';
import { receiptSource } from '../record/stands.js';
import { taskState } from '../record/task-state.js';
import { taskOf } from '../step/open.js';
import type { Command } from './command.js';

export const retryCommand: Command = {
  name: 'retry',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Let a task that failed be tried again, on the rung it stopped at.',
  example: 'stepladder retry openai-core --hint "the parser is in src/sse.c" --from opus/extended',
  options: {
    hint: { type: 'string', value: 'TEXT', says: 'told to the next agent' },
    from: { type: 'string', value: 'RUNG', says: 'the rung to start on' },
    fresh: { type: 'boolean', says: 'start from the branch, not from the work the last attempt left' },
  },
  page: 'first',
  run({ root, args: [name = ''], options, print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    const task = taskOf(backlog, config, name);
    const { ladder } = effective(config, task);
    const from = typeof options.from === 'string' ? options.from : null;
    if (from !== null && !ladder.some((rung) => rung.text === from)) {
      const rungs = ladder.map((rung) => rung.text);
      throw refuse(
        `“${printable(from)}” is no rung of the ladder`,
        didYouMean(from, rungs, `its rungs: ${rungs.join(', ')}`),
      );
    }
    const highest = ladder.findIndex((rung) => rung.text === task.maxRung);
    if (from !== null && highest >= 0 && ladder.findIndex((rung) => rung.text === from) > highest) {
      throw refuse(
        `${name} may climb to ${task.maxRung} at most, which is below ${from}`,
        `raise max-rung in ${task.file} first`,
      );
    }
    const state = taskState(root, name);
    if (state.readFailure() === null && receiptSource(config, name) !== null) {
      throw refuse(
        `${name} did not fail: it has a receipt`,
        `to run it anew: make FORCE=1 ${config.tasks}/${name}.done`,
      );
    }
    state.writeRetry({
      from,
      hint: typeof options.hint === 'string' ? options.hint : null,
      fresh: options.fresh === true,
    });
    print(`${name} will be tried again: ${goal('orchestrate')}`);
    return EXIT.done;
  },
};
