import { join } from 'node:path';
import { files } from '../record/files.js';
import { openJournal } from '../record/journal.js';
import { parseReceipt, receiptText } from '../record/receipt.js';
import { receiptChanges } from '../workspace/backlog-commits.js';
import { branchName } from '../workspace/branch-name.js';
import { recoverDead } from '../workspace/recover.js';
import type { Workspace } from '../workspace/workspace.js';
import { sweepWorktrees } from '../workspace/worktree.js';

/**
 * Recovers from steps whose process is gone, and ends them in the journal, where they were left open. To be called with
 * the workspace's lock held.
 * @returns what was found and done, one line each, for people
 * @throws as `recoverDead`
 */
export function recoverAndRecord(ws: Workspace, root: string): string[] {
  const recovered = recoverDead(ws, root);
  sweepWorktrees(ws);
  for (const { task, run, rung, attempt } of recovered) {
    const journal = openJournal(root, run, branchName(ws));
    const reason = 'the process that ran it is gone';
    // How long it worked nobody saw.
    const end = { task, rung, reason, durationMs: 0 };
    if (attempt > 0) journal.append({ type: 'attempt-finished', ...end, attempt, outcome: 'interrupted', usage: null });
    journal.append({ type: 'step-finished', ...end, state: 'interrupted', attempts: attempt });
  }
  if (recovered.length === 0) return [];
  const since = Math.min(...recovered.map(({ started }) => Date.parse(started)));
  return [...recovered.map(({ message }) => message), ...disbelieve(ws, since)];
}

/**
 * Nobody looked at what a step that died had changed, an attempt may have killed it for that: receipts that no commit
 * holds lose their seal, so that their tasks are verified before they are believed; those asserted since the attempt
 * began are to be asserted again. What was landed is committed, so a receipt of ours is none of them; a person's at
 * worst costs a look. Where receipts are not committed, all stay.
 */
function disbelieve(ws: Workspace, since: number): string[] {
  return receiptChanges(ws).flatMap(({ task, change }) => {
    const path = join(ws.tasks, `${task}.done`);
    const read = change === 'vanished' ? null : parseReceipt(files.readText(path) ?? '');
    if (read?.kind === 'asserted' && (files.stat(path)?.ctimeMs ?? 0) >= since) {
      files.remove(path);
      return [`${task}: was asserted while a step was at work that died; if it was you, touch ${task}.done again`];
    }
    if (read?.kind !== 'receipt' || !read.sealed) return [];
    files.writeDurably(
      path,
      receiptText({ ...read.receipt, seal: 'none: it stood in no commit when a step had died' }),
    );
    return [`${task}: its receipt is in no commit; it is verified before it is believed`];
  });
}
