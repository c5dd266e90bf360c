import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withServer } from '../model-server/running.js';
import { often, shell, stall } from '../model-server/turns.js';
import { appears } from '../rig/attempts.js';
import { KINDS } from '../rig/cases.js';
import { inFolder } from '../rig/folder.js';
import { assert, suite } from '../rig/suite.js';
import { play } from './play.js';
import { running, runs, unlikely } from './sleeping.js';

const test = suite('ending the real agents');

for (const kind of KINDS) {
  test(
    `${kind}: interrupted in the middle of a tool call, nothing of it runs on`,
    () =>
      inFolder((dir) => {
        const sleep = unlikely();
        return withServer([shell(`touch started; ${sleep}`)], join(dir, 'work'), async (server) => {
          const controller = new AbortController();
          mkdirSync(join(dir, 'work'));
          const played = play(kind, dir, server.url, { request: { signal: controller.signal } });
          await appears(join(dir, 'work'), 'started');
          await running(sleep);
          controller.abort();
          assert.is((await played).end, 'interrupted');
          assert.not.ok(runs(sleep));
        });
      }),
    { timeoutMs: 120_000 },
  );

  test(
    `${kind}: a tool call is no silence; when its time is up nothing of it runs on, not even in a session of its own`,
    () =>
      inFolder((dir) => {
        const [sleep, behind] = [unlikely(), unlikely()];
        const command = `setsid ${behind} >/dev/null 2>&1 & touch started; ${sleep}`;
        return withServer([often(shell(command))], join(dir, 'work'), async (server) => {
          const times = kind === 'opencode' ? { timeoutMs: 30_000 } : { timeoutMs: 15_000, idleTimeoutMs: 5000 };
          const end = await play(kind, dir, server.url, { request: times });
          assert.equal([end.end, end.end === 'timeout' && end.kind], ['timeout', 'wall'], JSON.stringify(end));
          assert.not.ok(runs(sleep));
          assert.not.ok(runs(behind));
        });
      }),
    { timeoutMs: 120_000 },
  );

  test(
    `${kind}: a provider that stalls is silence`,
    () =>
      inFolder((dir) =>
        withServer([often(stall('mid-stream'))], join(dir, 'work'), async (server) => {
          const end = await play(kind, dir, server.url, { request: { idleTimeoutMs: 8000 } });
          assert.equal([end.end, end.end === 'timeout' && end.kind], ['timeout', 'silence'], JSON.stringify(end));
        }),
      ),
    { timeoutMs: 120_000 },
  );
}
