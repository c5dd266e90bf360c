/** Before a run, and between its passes: what died is recovered, what no longer holds is taken back, what is asserted noted. */
import { join } from 'node:path';
import type { Config } from '../config.js';
import { printable } from '../diagnostic.js';
import { forgetTrusted } from '../inspect/trust.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { files } from '../record/files.js';
import { goal } from '../record/goal.js';
import { acquire, breakIfDead, describeHolder, sweepLocks } from '../record/locks.js';
import { LANDING_LOCK, statePaths } from '../record/paths.js';
import { shellWord } from '../report/shell-word.js';
import { excusedFile } from '../step/build-context.js';
import { recoverAndRecord } from '../step/recovered.js';
import { finishReopening } from '../step/reopen.js';
import { takeBack } from '../step/withdraw.js';
import { breakDeadIndexLock } from '../workspace/index-lock.js';
import { finishLandings } from '../workspace/landing.js';
import type { Workspace } from '../workspace/workspace.js';
import { notRemoved } from '../workspace/worktree.js';

/** Who acts in the workspace. */
interface Acting {
  /** For people who have to wait for it: `looking at the tree`. */
  readonly doing: string;
  /** Shows a line to the person. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Acts with the workspace's lock held, where nobody else is at work, and nobody who died has left anything: waits for a
 * step of another run.
 * @throws the signal's reason where interrupted while waiting
 */
export async function inWorkspace(
  config: Config,
  ws: Workspace,
  { doing, tell, signal }: Acting,
  act: () => void,
): Promise<void> {
  const lock = await acquire(ws.lockPath, {
    what: `${goal('orchestrate')}, ${doing}`,
    onWait: (holder) => tell(`waiting for the workspace: ${describeHolder(holder)}`),
    signal,
  });
  try {
    breakDeadIndexLock(ws);
    for (const line of finishLandings(ws, config.root)) tell(printable(line));
    for (const line of recoverAndRecord(ws, config.root)) tell(printable(line));
    act();
  } finally {
    lock.release();
  }
}

/**
 * Puts the project in order.
 * @param tell shows a line to the person
 * @throws as `inWorkspace`
 */
export function putInOrder(
  config: Config,
  ws: Workspace,
  run: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  return inWorkspace(config, ws, { doing: 'putting things in order', tell, signal }, () => {
    sweepLocks(statePaths(config.root).locks);
    // Of a step that died right after it had landed, where nobody lands any more.
    breakIfDead(join(ws.commonDir, LANDING_LOCK));
    for (const folder of notRemoved(config.root)) {
      tell(`${folder} is done with, and holds what only another user may remove: sudo rm -rf ${shellWord(folder)}`);
    }
    forgetTrusted(config.root);
    const said = [...finishReopening(config, ws), ...takeBack(config, knownBacklog(config), ws, null)];
    for (const line of said) tell(printable(line));
    // A check that is red now may be the very work that was taken back: the baseline must not halt over it.
    if (said.length > 0) files.writeDurably(excusedFile(config.root, run), `${said.join('\n')}\n`);
  });
}
