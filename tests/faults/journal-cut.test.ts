/** The long form of tests/journal-cut.test.ts: at every byte of the last three lines. */
import { counted } from '../rig/chance.js';
import { isReadable, isRunnable, ODD, startOfLast, survivesCut, TOLD, tell } from '../rig/cut-journal.js';
import { withProject } from '../rig/project.js';
import { suite } from '../rig/suite.js';

const test = suite('a journal cut at every byte');
const LONG = { timeoutMs: 1_500_000 };
/** A run takes ten times as long as a look. */
const RUN_EVERY = 20;

test(
  'status and report work at every length, a run at every twentieth',
  () =>
    withProject(TOLD, async (made) => {
      const journal = await tell(made);
      const least = startOfLast(journal, 3);
      let runs = 0;
      for (let length = least; length < journal.length; length += 1) {
        const run = (length - least) % RUN_EVERY === 0;
        if (run) runs += 1;
        await survivesCut(made, journal, length, run);
      }
      counted(`${journal.length - least} cuts, ${runs} runs`);
    }),
  LONG,
);

for (const [what, makeOdd] of Object.entries(ODD)) {
  test(
    `a run works with it: ${what}`,
    () =>
      withProject(TOLD, async (made) => {
        const journal = await tell(made);
        makeOdd(made, journal);
        await isReadable(made, what);
        await isRunnable(made, what);
      }),
    LONG,
  );
}
