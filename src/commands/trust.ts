import { EXIT, printable, refuse } from '../diagnostic.js';
import { untrusted, whyUntrusted } from '../inspect/trust.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { goal } from '../record/goal.js';
import { loadConfig } from '../record/load-config.js';
import { acquire, describeHolder } from '../record/locks.js';
import { programName } from '../record/program-name.js';
import { clearUntrusted } from '../record/untrusted.js';
import { taskOf } from '../step/open.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

export const trustCommand: Command = {
  name: 'trust',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Take a task file as it is, although it asks for less since an attempt ran: its task runs again.',
  example: 'stepladder trust tests-openai-basic',
  options: {},
  page: 'further',
  async run({ root, args: [name = ''], print }) {
    const config = loadConfig(root);
    // A file that was removed has no task any more, and may be trusted all the same.
    if (!untrusted(root).has(name)) taskOf(knownBacklog(config), config, name);
    // While an attempt runs, what waits for trust is none of anybody's to change.
    const lock = await acquire(openWorkspace(config).lockPath, {
      what: `trust ${name}`,
      onWait: (holder) => process.stderr.write(`waiting for the workspace: ${describeHolder(holder)}\n`),
    });
    try {
      const weakened = untrusted(root).get(name);
      if (weakened === undefined) {
        const program = programName(root, process.argv[1] ?? 'stepladder');
        throw refuse(`${name} does not wait to be trusted`, `${program} status says what waits for you`);
      }
      clearUntrusted(root, name);
      print(printable(`${weakened.file} is taken as it is: ${whyUntrusted(weakened)}`));
      print(`to go on: ${goal('orchestrate')}`);
      return EXIT.done;
    } finally {
      lock.release();
    }
  },
};
