/** The operating system refuses one call of a whole step: one error, nothing half-made, and the next step gets it done. */
import { chance, counted, seed } from './rig/chance.js';
import { failsOnce, template } from './rig/failing-step.js';
import { suite } from './rig/suite.js';
import { FORMS, formName } from './rig/wide-backlog.js';

const test = suite('a call of the file system that fails');
const TRIED = 5;

for (const form of FORMS) {
  test(
    `one error, no receipt that lies, the next step succeeds (${formName(form)})`,
    async () => {
      const begun = chance(seed());
      const made = await template(form);
      let told = 0;
      for (let tried = 0; tried < TRIED; tried += 1) {
        if (await failsOnce(made, begun.oneOf(made.failures))) told += 1;
      }
      counted(
        `${TRIED} of ${made.failures.length} failures of ${made.calls} calls, ${told} of them told (${formName(form)}, seed ${begun.seed})`,
      );
      made.close();
    },
    { timeoutMs: 300_000 },
  );
}
