/**
 * Small commits of the backlog's own: receipts withdrawn, receipts asserted by hand. They come before the first step of
 * a run, so that reverting some work never brings a false receipt back (DESIGN "Landing"). Called with the workspace's
 * lock held. Where receipts are not committed at all (a backlog elsewhere, or ignored) they do nothing.
 */
import { join } from 'node:path';
import { files } from '../record/files.js';
import { commitTree, followInIndex, noObject, storeText, treeWith } from './commit.js';
import { askGit, GitError, git, gitStatus, pathText, type RawPath, rawPath } from './git.js';
import { ignoredAmong } from './ignored.js';
import { withIndexHeld } from './index-lock.js';
import { commitMessage, subjectLine } from './message.js';
import { moveBranch, readPosition, refuseUnderWay } from './position.js';
import type { Entry } from './tree-diff.js';
import type { Place, Workspace } from './workspace.js';

/** How a receipt in the work tree differs from what HEAD holds. */
export interface ReceiptChange {
  /** The task's name. */
  readonly task: string;
  /** `vanished`: HEAD has it, the tree has not. `appeared`: the tree has it, HEAD has not. */
  readonly change: 'vanished' | 'appeared' | 'changed';
}

const RECEIPT = '.done';

/** The receipts that differ from what HEAD holds, by name. One git process. */
export function receiptChanges(ws: Workspace): ReceiptChange[] {
  const tasks = ws.backlogInside ? ws.pathInTop(join(ws.tasks, 'any')) : null;
  if (tasks === null) return [];
  const folder = tasks.replace(/\/?any$/, '');
  return gitStatus(ws.top, [`:(literal)${folder}`])
    .flatMap((record): ReceiptChange[] => {
      const path = pathText(record.slice(3));
      if (!path.endsWith(RECEIPT) || !path.startsWith(`${folder}/`)) return [];
      const name = path.slice(folder.length + 1, -RECEIPT.length);
      return [{ task: name, change: changeOf(ws, record, path) }];
    })
    .sort((a, b) => (a.task < b.task ? -1 : 1));
}

function changeOf(ws: Workspace, record: RawPath, path: string): ReceiptChange['change'] {
  if (!files.exists(join(ws.top, path))) return 'vanished';
  const [index] = record;
  return index === '?' || index === 'A' ? 'appeared' : 'changed';
}

/** A task whose receipt is taken back. */
export interface Withdrawal {
  readonly task: string;
  /** Why: the evidence, or what a person did; one line. */
  readonly because: string;
  /** What the same evidence is recognised by another time; absent where no evidence of ours is behind it. */
  readonly about?: string;
}

const REOPENED = 'Stepladder-Reopened';
const EVIDENCE = 'Stepladder-Evidence';

/**
 * Takes receipts back: removes those that are still there, and commits that they are gone, which HEAD may not know yet.
 * @returns the commit, or null where HEAD held none of them
 */
export function commitWithdrawal(ws: Workspace, withdrawals: readonly Withdrawal[]): string | null {
  const tasks = withdrawals.map(({ task }) => task);
  for (const task of tasks) files.remove(receiptFile(ws, task));
  return commitReceipts(ws, tasks, {
    subject: tasks.length === 1 ? `Reopen ${tasks[0]}` : `Reopen ${tasks.length} tasks`,
    paragraphs: withdrawals.map(({ task, because }) => `${task}: ${because}`),
    trailers: withdrawals.flatMap(({ task, about }): [string, string][] => [
      [REOPENED, task],
      ...(about === undefined ? [] : [[EVIDENCE, about] satisfies [string, string]]),
    ]),
  });
}

/**
 * The evidence for which the branch's history says that a task's receipt was taken back, oldest last, repeats included;
 * each as `oneLine` writes it. A squash keeps them, indented.
 */
export function evidenceOnBranch(place: Pick<Place, 'top'>, task: string): string[] {
  const log = ['log', '--format=%B%x00', '--fixed-strings', `--grep=${REOPENED}: ${task}`];
  const answer = askGit(place.top, log, { accept: [128] });
  const pair = new RegExp(`^ *${REOPENED}: (\\S+)\\n *${EVIDENCE}: (.*)$`, 'gm');
  return [...answer.stdout.toString().matchAll(pair)].flatMap(([, owner, about = '']) =>
    owner === task ? [about] : [],
  );
}

/**
 * Commits receipts that appeared or changed by hand (`touch`, `make -t`), as they are.
 * @returns the commit, or null where HEAD held them already
 */
export function commitAssertions(ws: Workspace, tasks: readonly string[]): string | null {
  return commitReceipts(ws, tasks, {
    subject: tasks.length === 1 ? `Assert ${tasks[0]}` : `Assert ${tasks.length} tasks`,
    paragraphs: ['Receipts made by hand: nothing was verified.'],
    trailers: tasks.map((task) => ['Stepladder-Asserted', task]),
  });
}

interface Words {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly trailers: readonly (readonly [name: string, value: string])[];
}

function receiptFile(ws: Workspace, task: string): string {
  return join(ws.tasks, `${task}${RECEIPT}`);
}

/** The receipts of tasks as entries for a commit: as they are in the work tree, or gone. */
function entriesOf(ws: Workspace, tasks: readonly string[], nothing: string): Entry[] {
  const found = tasks.flatMap((task) => {
    const path = ws.pathInTop(receiptFile(ws, task));
    return path === null ? [] : [{ path, text: files.readText(receiptFile(ws, task)) }];
  });
  const there = found.filter(({ text }) => text !== null).map(({ path }) => rawPath(path));
  const ignored = ignoredAmong(ws, there);
  return found.flatMap(({ path, text }): Entry[] => {
    const entry = { path: rawPath(path), before: { mode: '000000', object: nothing } };
    if (ignored.has(entry.path)) return [];
    if (text === null) return [{ ...entry, status: 'deleted', mode: '000000', object: nothing }];
    return [{ ...entry, status: 'modified', mode: '100644', object: storeText(ws, path, text) }];
  });
}

/** A person may commit at the same moment. */
const TRIES = 5;

/** Commits these tasks' receipts as they are in the work tree, and nothing else. */
function commitReceipts(ws: Workspace, tasks: readonly string[], words: Words): string | null {
  if (!ws.backlogInside || tasks.length === 0) return null;
  refuseUnderWay(ws);
  for (let tries = 1; ; tries += 1) {
    const { head, branch } = readPosition(ws);
    const was = git(ws.top, head === null ? ['hash-object', '-t', 'tree', '--stdin'] : ['rev-parse', `${head}^{tree}`]);
    const entries = entriesOf(ws, tasks, noObject(was));
    const tree = treeWith(ws, head, entries);
    if (tree === was) {
      // Committed by a process that died before git's index had followed.
      withIndexHeld(ws, (index) => followInIndex(ws, entries, index));
      return null;
    }
    const message = commitMessage(subjectLine(words.subject, 'Receipts'), words.paragraphs, words.trailers);
    const commit = commitTree(ws, tree, [head], message);
    let moved = false;
    try {
      withIndexHeld(ws, (index) => {
        moveBranch(ws, branch, commit, head, words.subject);
        moved = true;
        followInIndex(ws, entries, index);
      });
      return commit;
    } catch (error) {
      if (moved || !(error instanceof GitError) || tries === TRIES || readPosition(ws).head === head) throw error;
    }
  }
}
