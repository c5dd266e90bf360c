/** A person says that a task is not done after all. */
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { refuse } from '../diagnostic.js';
import { randomHex } from '../record/digest.js';
import { goal } from '../record/goal.js';
import { acquire, describeHolder } from '../record/locks.js';
import { ensureIgnored, statePaths } from '../record/paths.js';
import { receiptFile, standingNow, workNow } from '../record/stands.js';
import { openWorkspace } from '../workspace/in-place.js';
import { finishLandings } from '../workspace/landing.js';
import { recoverAndRecord } from './recovered.js';
import { carryOut, finishReopening } from './reopen.js';
import { runOf } from './run-of.js';

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** @throws Refusal for a task that is not done: there is nothing to take back */
function refuseOpen(config: Config, task: Task): void {
  const standing = standingNow(config, task);
  if (standing.kind === 'missing') {
    throw refuse(
      `${task.name} is not done: there is nothing to reopen`,
      `it runs with the next ${goal('orchestrate')}`,
    );
  }
  if (standing.kind === 'holds' && standing.state === 'deferred') {
    const receipt = receiptFile(config, task.name);
    throw refuse(`${task.name} was deferred: it was not done`, `to take it up now: make FORCE=1 ${receipt}`);
  }
}

/**
 * Takes back the receipt of a task that is done. Waits for a step that is at work in the workspace.
 * @throws Refusal for one that is not done
 */
export async function reopenDone(config: Config, task: Task, because: string): Promise<void> {
  refuseOpen(config, task);
  ensureIgnored(statePaths(config.root).state);
  const ws = openWorkspace(config);
  const lock = await acquire(ws.lockPath, {
    what: `stepladder reopen ${task.name}`,
    onWait: (holder) => tell(`waiting for the workspace: ${describeHolder(holder)}`),
    signal: new AbortController().signal,
  });
  try {
    for (const line of finishLandings(ws, config.root)) tell(line);
    for (const line of recoverAndRecord(ws, config.root)) tell(line);
    for (const line of finishReopening(config, ws)) tell(line);
    refuseOpen(config, task);
    const time = new Date().toISOString();
    carryOut(config, ws, {
      id: randomHex(8),
      owner: task.name,
      work: workNow(config, task.name) ?? '',
      about: null,
      evidence: { by: '', evidence: because, symbol: null, file: null, line: null, commit: null, time },
      run: runOf(process.env, process.ppid),
      failure: null,
    });
  } finally {
    lock.release();
  }
}

/** Tasks that build on this one and are done, in the backlog's order. */
export function doneBehind(config: Config, backlog: Backlog, name: string): string[] {
  const behind = backlog.graph.descendants([name]);
  return backlog.order.filter((one) => {
    const task = backlog.tasks.get(one);
    return task !== undefined && behind.has(one) && standingNow(config, task).kind === 'holds';
  });
}
