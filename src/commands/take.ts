import { EXIT, refuse } from '../diagnostic.js';
import { loadConfig } from '../record/load-config.js';
import { acquire, describeHolder } from '../record/locks.js';
import { refuseDirty } from '../step/open.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

export const takeCommand: Command = {
  name: 'take',
  takes: 'NAME',
  arity: [1, 1],
  says: "Bring a failed or interrupted step's work back into the tree, for a person to finish.",
  example: 'stepladder take openai-core',
  options: {},
  page: 'further',
  async run({ root, args: [name = ''], print }) {
    const ws = openWorkspace(loadConfig(root));
    const [work] = ws.kept(name);
    if (work === undefined)
      throw refuse(`no work of “${name}” is kept`, 'stepladder status lists the tasks that failed');
    const lock = await acquire(ws.lockPath, {
      what: `take ${name}`,
      onWait: (holder) => process.stderr.write(`waiting for the workspace: ${describeHolder(holder)}\n`),
    });
    try {
      refuseDirty(ws);
      if (!ws.takeUp(work)) {
        throw refuse(
          `the kept work no longer fits the branch; nothing was changed`,
          `look at it: git show ${work.ref}`,
          EXIT.failed,
        );
      }
    } finally {
      lock.release();
    }
    print(
      `the work of the ${work.kind} attempt is in the tree (${work.ref})\nwhen it is finished and committed: stepladder accept ${name}`,
    );
    return EXIT.done;
  },
};
