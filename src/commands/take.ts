import { EXIT, printable, refuse } from '../diagnostic.js';
import { loadConfig } from '../record/load-config.js';
import { acquire, describeHolder } from '../record/locks.js';
import { programName } from '../record/program-name.js';
import { refuseDirty } from '../step/may-work.js';
import { recoverAndRecord } from '../step/recovered.js';
import { openWorkspace } from '../workspace/in-place.js';
import { finishLandings } from '../workspace/landing.js';
import { isAnythingUnfinished } from '../workspace/recover.js';
import type { KeptWork } from '../workspace/workspace.js';
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
    const program = programName(root, process.argv[1] ?? 'stepladder');
    const keptNow = (): KeptWork => {
      const [work] = ws.kept(name);
      if (work !== undefined) return work;
      throw refuse(`no work of “${printable(name)}” is kept`, `${program} status lists the tasks that failed`);
    };
    // What a killed step left behind is not kept yet: that is put in order first.
    if (!isAnythingUnfinished(root)) keptNow();
    const lock = await acquire(ws.lockPath, {
      what: `take ${name}`,
      onWait: (holder) => process.stderr.write(`waiting for the workspace: ${describeHolder(holder)}\n`),
    });
    let work: KeptWork;
    try {
      for (const line of finishLandings(ws, root)) print(line);
      for (const line of recoverAndRecord(ws, root)) print(printable(line));
      work = keptNow();
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
      `the work of the ${work.kind} attempt is in the tree (${work.ref})\nwhen it is finished: ${program} accept ${name}`,
    );
    return EXIT.done;
  },
};
