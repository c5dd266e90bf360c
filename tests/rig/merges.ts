/** A wide backlog, run through once. */
import { type Chance, chance, counted, seed } from './chance.js';
import { assert, type Suite } from './suite.js';
import { assertDoneAndClean, FORMS, type Form, formName, wideProject } from './wide-backlog.js';

/** One test for each form, with so many tasks in it. */
export function testMerges(test: Suite, tasks: number): void {
  for (const form of FORMS) {
    test(
      `all is done, the history is linear, every commit passes its own checks (${formName(form)})`,
      async () => {
        const begun = chance(seed());
        await mergesMany(form, begun, tasks);
        counted(`${tasks} tasks merged and checked out (${formName(form)}, seed ${begun.seed})`);
      },
      { timeoutMs: 1_700_000 },
    );
  }
}

/** Runs so many tasks, side by side where the form has it, and looks at what came of it. */
async function mergesMany(form: Form, chance: Chance, tasks: number): Promise<void> {
  const made = await wideProject({ form, tasks, chance, longestMs: 300 });
  try {
    const ran = await made.make([`-j${form.jobs}`, 'orchestrate'], { timeoutMs: 1_200_000 });
    assert.is(ran.code, 0);
    await assertDoneAndClean(made, tasks);
  } catch (error) {
    console.log(`${made.transcript()}\n(seed ${chance.seed}; kept in ${made.root})`);
    made.close(true);
    throw error;
  }
  made.close();
}
