/** A journal that was torn, by whatever: people are told all the same, and the next run runs. */
import { chance, counted, seed } from './rig/chance.js';
import {
  isReadable,
  isRunnable,
  ODD,
  restoreJournal,
  startOfLast,
  survivesCut,
  TOLD,
  tell,
} from './rig/cut-journal.js';
import { withProject } from './rig/project.js';
import { suite } from './rig/suite.js';

const test = suite('a torn journal');
const LONG = { timeoutMs: 300_000 };
const CUTS = 4;

test(
  'cut anywhere in its last lines: status, report and the next run work',
  () =>
    withProject(TOLD, async (made) => {
      const journal = await tell(made);
      const begun = chance(seed());
      const least = startOfLast(journal, 3);
      for (let cut = 0; cut < CUTS; cut += 1) {
        await survivesCut(made, journal, begun.between(least, journal.length - 1), cut === CUTS - 1);
      }
      counted(`${CUTS} cuts (seed ${begun.seed})`);
    }),
  LONG,
);

test(
  `whatever it holds (${Object.keys(ODD).join('; ')}): status, report and the next run work`,
  () =>
    withProject(TOLD, async (made) => {
      const journal = await tell(made);
      for (const [what, makeOdd] of Object.entries(ODD)) {
        makeOdd(made, journal);
        await isReadable(made, what);
      }
      restoreJournal(made, journal);
      ODD['two lines torn together']?.(made, journal);
      await isRunnable(made, 'two lines torn together');
    }),
  LONG,
);
