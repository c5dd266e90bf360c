/**
 * Receipts that no longer say the truth are taken back before anything is run: removed by a person, of a task edited
 * since, or of a workspace that is gone. What a person asserted is put on record (DESIGN "Landing").
 */
import { join } from 'node:path';
import type { Backlog } from '../backlog/load.js';
import type { Config } from '../config.js';
import { untrusted } from '../inspect/trust.js';
import { files } from '../record/files.js';
import { parseReceipt, type Receipt } from '../record/receipt.js';
import { receiptFile, receiptSource, standingNow } from '../record/stands.js';
import { taskState } from '../record/task-state.js';
import { commitAssertions, commitWithdrawal, receiptChanges, type Withdrawal } from '../workspace/backlog-commits.js';
import { askGit } from '../workspace/git.js';
import { rememberWorkspace, workspaceOfReceipts } from '../workspace/identity.js';
import { landedWorks } from '../workspace/landed.js';
import type { Workspace } from '../workspace/workspace.js';

/** What the branch's own receipt of a task says; null where it has none that can be read. */
function committedReceipt(config: Config, ws: Workspace, name: string): Receipt | null {
  const path = ws.pathInTop(join(config.root, receiptFile(config, name)));
  if (path === null) return null;
  const shown = askGit(ws.top, ['show', `HEAD:${path}`], { accept: [128] });
  const read = shown.code === 0 ? parseReceipt(shown.stdout.toString()) : null;
  return read?.kind === 'receipt' && read.sealed ? read.receipt : null;
}

/** Remembers the receipt that goes, so that the next step knows on which rung it was earned, and that its work stands. */
function remember(config: Config, name: string, receipt: Receipt | null, workStands: boolean): void {
  if (receipt === null) return;
  const { fingerprint, rung, reopened } = receipt;
  taskState(config.root, name).writeLast({ fingerprint, rung, reopened, workStands });
}

/**
 * Receipts earned in another workspace than this one say nothing here: they go, unless its branch holds their work (our
 * own record was removed, or this is a clone). Returns the names of their tasks.
 */
function voidReceipts(config: Config, backlog: Backlog, ws: Workspace): string[] {
  if (ws.backlogInside || workspaceOfReceipts(ws) === 'same') return [];
  const landed = landedWorks(ws);
  const gone = backlog.order.filter((name) => {
    const source = receiptSource(config, name);
    const read = source === null ? null : parseReceipt(source);
    return read !== null && read.kind !== 'asserted' && !(read.kind === 'receipt' && landed.has(read.receipt.work));
  });
  for (const name of gone) files.remove(join(config.root, receiptFile(config, name)));
  rememberWorkspace(ws);
  return gone;
}

/**
 * Withdraws and asserts, in one small commit each. To be called with the workspace's lock held.
 * @param only look at this task alone (a step); null: at all (a run)
 * @returns what was done, one line each, for people; empty where all was in order
 */
export function takeBack(config: Config, backlog: Backlog, ws: Workspace, only: string | null): string[] {
  const said: string[] = [];
  const gone = voidReceipts(config, backlog, ws);
  if (gone.length > 0)
    said.push(`the workspace that these receipts speak of is gone, they are void: ${gone.join(', ')}`);

  const concerned = (name: string): boolean => backlog.tasks.has(name) && (only === null || only === name);
  const changes = receiptChanges(ws).filter(({ task }) => concerned(task));
  const withdrawals: Withdrawal[] = [];
  const distrusted = untrusted(config.root);
  for (const { task, change } of changes) {
    if (change !== 'vanished') continue;
    remember(config, task, committedReceipt(config, ws, task), true);
    withdrawals.push({ task, because: 'its receipt was removed by hand' });
  }
  for (const name of only === null ? backlog.order : [only]) {
    const task = backlog.tasks.get(name);
    if (task === undefined) continue;
    const stands = standingNow(config, task);
    // Who waits to be trusted may yet get its file back as it was, and then its receipt holds.
    if (stands.kind !== 'edited' || distrusted.has(name)) continue;
    remember(config, name, stands.receipt, false);
    withdrawals.push({ task: name, because: 'its task file was edited' });
  }
  if (withdrawals.length > 0) {
    commitWithdrawal(ws, withdrawals);
    for (const { task, because } of withdrawals) said.push(`${task}: ${because}; it will be run again`);
  }
  const asserted = changes.filter(
    ({ task, change }) => change !== 'vanished' && receiptSource(config, task)?.trim() === '',
  );
  if (asserted.length > 0) {
    const names = asserted.map(({ task }) => task);
    commitAssertions(ws, names);
    said.push(`asserted by hand, verified by nobody: ${names.join(', ')}`);
  }
  return said;
}
