import { openJournal } from '../record/journal.js';
import { branchName } from '../workspace/branch-name.js';
import { type Recovered, recoverDead } from '../workspace/recover.js';
import type { Workspace } from '../workspace/workspace.js';

/**
 * Recovers from steps whose process is gone, and ends them in the journal, where they were left open. To be called with
 * the workspace's lock held. @throws as `recoverDead`
 */
export function recoverAndRecord(ws: Workspace, root: string): Recovered[] {
  const recovered = recoverDead(ws, root);
  for (const { task, run, rung, attempt } of recovered) {
    const journal = openJournal(root, run, branchName(ws));
    const reason = 'the process that ran it is gone';
    // How long it worked nobody saw.
    const end = { task, rung, reason, durationMs: 0 };
    if (attempt > 0) journal.append({ type: 'attempt-finished', ...end, attempt, outcome: 'interrupted', usage: null });
    journal.append({ type: 'step-finished', ...end, state: 'interrupted', attempts: attempt });
  }
  return recovered;
}
