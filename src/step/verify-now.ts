/** Checks on the tree as a person has it now, for him to see: nothing is paid, nothing becomes done or undone. */

import { randomBytes } from 'node:crypto';
import { sandboxOf } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import type { Config } from '../config.js';
import { verifyChecks } from '../inspect/auto-verify.js';
import { checksOf, runChecks } from '../inspect/checks.js';
import type { CheckResult } from '../inspect/inspection.js';
import { agentEnvironments } from '../inspect/secrets.js';
import { cleanEnvironment } from '../record/environment.js';
import { acquire, describeHolder } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { standingNow } from '../record/stands.js';
import { openWorkspace } from '../workspace/in-place.js';
import { taskOf } from './open.js';
import { interruptible } from './signals.js';

/**
 * Runs the checks and executable postconditions of one task, or of every task that is done, and yields what they say.
 * Holds the workspace's lock, so that no agent works beneath it.
 */
export async function* verifyNow(
  config: Config,
  backlog: Backlog,
  only: string | null,
): AsyncGenerator<{ task: string; results: CheckResult[] }> {
  const tasks =
    only === null
      ? backlog.order
          .flatMap((name) => backlog.tasks.get(name) ?? [])
          .filter((task) => standingNow(config, task).kind === 'holds')
      : [taskOf(backlog, config, only)];
  const ws = openWorkspace(config);
  const mark = randomBytes(12).toString('hex');
  const stop = interruptible(mark);
  const lock = await acquire(ws.lockPath, {
    what: 'verify',
    onWait: (holder) => process.stderr.write(`waiting for the workspace: ${describeHolder(holder)}\n`),
    signal: stop.signal,
  });
  try {
    const env = cleanEnvironment(process.env);
    for (const task of tasks) {
      const settings = effective(config, task);
      const verify = await verifyChecks(settings.verify, ws.dir, env, stop.signal);
      const results = await runChecks(checksOf(config, task, verify.checks), {
        cwd: ws.dir,
        env,
        secrets: agentEnvironments(config),
        mark,
        task: task.name,
        base: ws.snapshot().head ?? '',
        tree: ws.tree(),
        treeNow: () => ws.tree(),
        retries: config.checkRetries,
        stateRoot: statePaths(config.root).state,
        sandbox: sandboxOf(config, settings.agent),
        shared: false,
        signal: stop.signal,
        leftOver: () => ws.dirty(),
        onResult: () => {},
      });
      yield { task: task.name, results };
    }
  } finally {
    lock.release();
    stop.close();
  }
}
