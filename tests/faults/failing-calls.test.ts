/** The long form of tests/failing-calls.test.ts: every call, every error it can come to. */
import { counted } from '../rig/chance.js';
import { failsOnce, template } from '../rig/failing-step.js';
import { assert, suite } from '../rig/suite.js';
import { FORMS, formName } from '../rig/wide-backlog.js';

const test = suite('each call of the file system that fails');

for (const form of FORMS) {
  test(
    `one error, no receipt that lies, the next step succeeds (${formName(form)})`,
    async () => {
      const made = await template(form);
      let told = 0;
      const wrong: string[] = [];
      const waiting = [...made.failures];
      const worker = async (): Promise<void> => {
        for (let failure = waiting.shift(); failure !== undefined; failure = waiting.shift()) {
          try {
            if (await failsOnce(made, failure)) told += 1;
          } catch (error) {
            const said = error instanceof Error ? error.message : String(error);
            console.log(`\n${said}`);
            wrong.push(said);
          }
          if (waiting.length % 50 === 0) console.log(`${waiting.length} to go`);
        }
      };
      await Promise.all([worker(), worker()]);
      counted(`${made.failures.length} failures of ${made.calls} calls, ${told} of them told (${formName(form)})`);
      made.close();
      assert.equal(wrong, [], wrong.join('\n\n'));
    },
    { timeoutMs: 2_400_000 },
  );
}
