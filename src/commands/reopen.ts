import { EXIT, printable, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { goal } from '../record/goal.js';
import { loadConfig } from '../record/load-config.js';
import { programName } from '../record/program-name.js';
import { taskOf } from '../step/open.js';
import { doneBehind, reopenDone } from '../step/reopen-by-hand.js';
import type { Command } from './command.js';

const MOST_NAMED = 10;

export const reopenCommand: Command = {
  name: 'reopen',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Take back the receipt of a task that is not done after all, and tell its next agent why.',
  example: 'stepladder reopen openai-core --because "openai_start_stream() in src/openai.c is still a stub"',
  options: { because: { type: 'string', value: 'TEXT', says: 'what is wrong with it; told to the next agent' } },
  page: 'further',
  async run({ root, args: [name = ''], options, print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    const task = taskOf(backlog, config, name);
    const program = programName(root, process.argv[1] ?? 'stepladder');
    const because = typeof options.because === 'string' ? options.because.trim() : '';
    if (because === '') {
      throw refuse(
        'to reopen a task wants a reason: its next agent is told',
        `${program} reopen ${name} --because "…"`,
      );
    }
    const behind = doneBehind(config, backlog, name);
    await reopenDone(config, task, because);
    const then = task.checkpoint
      ? 'it waits for a person’s approval again'
      : `it will be worked on again, told that ${printable(because)}`;
    print(`${name} is reopened: ${then}`);
    if (behind.length > 0) {
      const named = behind.slice(0, MOST_NAMED).join(', ');
      const more = behind.length > MOST_NAMED ? ` and ${behind.length - MOST_NAMED} more` : '';
      print(`verified again behind it, and paid for only if that fails: ${named}${more}`);
    }
    print(`to go on: ${goal('orchestrate')}`);
    return EXIT.done;
  },
};
