/** Before a run, and between its passes: what died is recovered, what no longer holds is taken back, what is asserted noted. */

import type { Config } from '../config.js';
import { printable } from '../diagnostic.js';
import { forgetTrusted } from '../inspect/trust.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { files } from '../record/files.js';
import { acquire, describeHolder } from '../record/locks.js';
import { excusedFile } from '../step/build-context.js';
import { recoverAndRecord } from '../step/recovered.js';
import { finishReopening } from '../step/reopen.js';
import { takeBack } from '../step/withdraw.js';
import { finishLandings } from '../workspace/landing.js';
import type { Workspace } from '../workspace/workspace.js';

/**
 * Puts the project in order, with the workspace's lock held: waits for a step of another run that is at work.
 * @param tell shows a line to the person
 * @throws the signal's reason where interrupted while waiting
 */
export async function putInOrder(
  config: Config,
  ws: Workspace,
  run: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const lock = await acquire(ws.lockPath, {
    what: 'make orchestrate, putting things in order',
    onWait: (holder) => tell(`waiting for the workspace: ${describeHolder(holder)}`),
    signal,
  });
  try {
    for (const line of finishLandings(ws, config.root)) tell(printable(line));
    for (const line of recoverAndRecord(ws, config.root)) tell(printable(line));
    forgetTrusted(config.root);
    const said = [...finishReopening(config, ws), ...takeBack(config, knownBacklog(config), ws, null)];
    for (const line of said) tell(printable(line));
    // A check that is red now may be the very work that was taken back: the baseline must not halt over it.
    if (said.length > 0) files.writeDurably(excusedFile(config.root, run), `${said.join('\n')}\n`);
  } finally {
    lock.release();
  }
}
