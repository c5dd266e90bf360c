/**
 * What was verified becomes the branch, and the receipt says so (DESIGN "Landing"). A process may die between any two
 * of these steps; what is then found at a start tells what to do:
 *
 *   commit object made      nobody has seen it        → nothing landed; the attempt's work is kept by recovery
 *   landing.json written    commit not on a branch    → dropped, as above
 *   branch moved            commit on the branch      ┐
 *   the checkout follows    commit on the branch      ├ finished: checkout, receipt; nothing is paid again
 *   attempt.json removed    commit on the branch      │
 *   receipt in place        commit on the branch      ┘
 *   landing.json removed    landed
 */
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, refuse } from '../diagnostic.js';
import { files } from '../record/files.js';
import { tasksInFlight } from '../record/in-flight.js';
import { isAlive } from '../record/process.js';
import { parseReceipt, type Receipt, receiptText } from '../record/receipt.js';
import { type LandingRecord, type TaskState, taskState } from '../record/task-state.js';
import { commitTree, followInIndex, noObject, storeText, treeWith } from './commit.js';
import { followInCheckout } from './follow.js';
import { askGit, GitError, git, gitRecords, rawPath } from './git.js';
import { ignoredAmong } from './ignored.js';
import { withIndexHeld } from './index-lock.js';
import { commitMessage, subjectLine } from './message.js';
import { moveBranch, objectAt, readPosition, refuseUnderWay } from './position.js';
import { holdingSignals } from './signals.js';
import { diffTrees, type Entry } from './tree-diff.js';
import type { Place, Snapshot, Workspace } from './workspace.js';

export interface Landing {
  /** Absolute path of the project. */
  readonly root: string;
  readonly task: string;
  /** Relative to the root. */
  readonly taskFile: string;
  /** As the step read it when it started. */
  readonly taskText: string;
  /** Its `tree` is what lands: the work tree may have changed since that was verified. */
  readonly receipt: Receipt;
  /** Absolute. */
  readonly receiptPath: string;
  /** Where the work began; where others landed meanwhile, what it was brought onto. */
  readonly snapshot: Snapshot;
  /** The branch's commit when the step began. */
  readonly began: string | null;
  /** The task's title; anything. */
  readonly subject: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly token: string;
  /** Asked right before the branch is moved. */
  lockHeld(): boolean;
}

/** A file's mode as git keeps it; an executable one is looked up, since not every file system means it. */
function modeOf(place: Place, path: string, head: string | null): string | null {
  const stat = lstatSync(join(place.top, path), { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) return null;
  if (stat === undefined || (stat.mode & 0o100) === 0 || head === null) return '100644';
  const entry = git(place.top, ['ls-tree', '--full-tree', head, '--', path]);
  return entry.startsWith('100755') ? '100755' : '100644';
}

/**
 * Whether somebody has committed another text of the task file since the step began: his stays, and the receipt, which
 * speaks of the older one, does not hold for it.
 */
function isTakenOver(ws: Workspace, { began, snapshot, taskFile }: Landing, path: string): boolean {
  if (began === snapshot.head || path !== ws.pathInTop(taskFile)) return false;
  return objectAt(ws, began, path) !== objectAt(ws, snapshot.head, path);
}

/** Task file and receipt, where they belong to this repository and git does not ignore them. */
function backlogEntries(ws: Workspace, landing: Landing, receipt: string): Entry[] {
  if (!ws.backlogInside) return [];
  const wanted = [
    { path: ws.pathInTop(landing.taskFile), text: landing.taskText },
    { path: ws.pathInTop(landing.receiptPath), text: receipt },
  ].flatMap(({ path, text }) => (path === null ? [] : [{ path, text }]));
  const ignored = ignoredAmong(
    ws,
    wanted.map(({ path }) => rawPath(path)),
  );
  return wanted.flatMap(({ path, text }) => {
    if (isTakenOver(ws, landing, path)) return [];
    const mode = modeOf(ws, path, landing.snapshot.head);
    if (mode === null || ignored.has(rawPath(path))) return [];
    const object = storeText(ws, path, text);
    const before = { mode: '000000', object: noObject(object) };
    return [{ path: rawPath(path), status: 'modified', mode, object, before } satisfies Entry];
  });
}

/** All that the commit changes; nothing where neither work nor a receipt would be in it. */
function entriesToCommit(ws: Workspace, landing: Landing, receipt: string): readonly Entry[] {
  const work = diffTrees(ws, landing.snapshot.tree, landing.receipt.tree);
  const backlog = backlogEntries(ws, landing, receipt);
  const receiptPath = rawPath(ws.pathInTop(landing.receiptPath) ?? '');
  return work.length > 0 || backlog.some(({ path }) => path === receiptPath) ? [...work, ...backlog] : [];
}

function lost(task: string): Error {
  return refuse(
    `nothing was landed for ${task}: the lock of the workspace is no longer ours`,
    'run the same command again; the work is not lost',
    EXIT.interrupted,
  );
}

function elsewhere(task: string, branch: string | null): Error {
  return refuse(
    `nothing was landed for ${task}: ${branch ?? 'the commit it began on'} is not checked out any more`,
    'check it out and run the same command again; the work is not lost',
    EXIT.interrupted,
  );
}

export interface Landed {
  /** Null where nothing was ever committed. */
  readonly commit: string | null;
  /** Paths of the person's checkout that hold work of his, and did not follow. */
  readonly left: readonly string[];
}

/**
 * The person's checkout follows a commit, but for the receipt itself, which comes by rename, and last.
 * @returns paths that hold work of his, and did not follow; the backlog's own are left out, which he edits as he likes
 */
function follow(home: Workspace, commit: string, receiptPath: string, index: string): string[] {
  const entries = committed(home, commit);
  const receipt = rawPath(home.pathInTop(receiptPath) ?? '');
  const isReceipt = ({ path }: Entry): boolean => path === receipt;
  const others = entries.filter((entry) => !isReceipt(entry));
  const left = followInCheckout({ ...home, index }, others);
  followInIndex(home, entries.filter(isReceipt), index);
  return left.filter((path) => !home.leftOut.some((folder) => path === folder || path.startsWith(`${folder}/`)));
}

/**
 * Lands: one commit that holds the change, the task file and the receipt; then the receipt, as the very last act.
 * @returns the commit; the branch's own where there was nothing to commit (a backlog elsewhere, and nothing changed)
 * @throws Refusal where the branch was moved meanwhile, the lock was lost, or git's index stays locked. Unless the
 *   branch has moved by then, nothing has happened; if it has, the next start finishes it.
 */
export function land(ws: Workspace, landing: Landing): Landed {
  const { snapshot, task } = landing;
  const state = taskState(landing.root, task);
  const receipt = receiptText(landing.receipt);
  if (!landing.lockHeld()) throw lost(task);
  // What was committed in a work tree of the step's own is on no branch that counts.
  if (ws.kind === 'in-place') ws.foldCommits(snapshot);
  const { home } = ws;
  refuseUnderWay(home);
  const entries = entriesToCommit(home, landing, receipt);
  const message = commitMessage(subjectLine(landing.subject, task), [], landing.trailers);
  const commit =
    entries.length === 0
      ? snapshot.head
      : commitTree(home, treeWith(home, snapshot.head, entries), [snapshot.head], message);
  let left: readonly string[] = [];
  holdingSignals(() => {
    // As one: whoever commits in between would commit what the index had before, and so take the work back.
    withIndexHeld(home, (index) => {
      state.writeLanding({ token: landing.token, commit: commit ?? '', receipt });
      if (!landing.lockHeld()) {
        state.clearLanding();
        throw lost(task);
      }
      // Whoever switched branches meanwhile has another checkout: what lands on the old one must not come there.
      if (readPosition(home).branch !== snapshot.branch) {
        state.clearLanding();
        throw elsewhere(task, snapshot.branch);
      }
      const moves = commit !== null && commit !== snapshot.head;
      if (moves) advance(home, state, landing, commit);
      if (ws.kind === 'in-place') followInIndex(home, entries, index);
      else if (moves) left = follow(home, commit, landing.receiptPath, index);
    });
    putReceipt(state, landing.receiptPath, receipt);
  });
  return { commit, left };
}

/** Moves the branch from where the work began to the commit, if it still is there. */
function advance(ws: Workspace, state: TaskState, { snapshot, task }: Landing, commit: string): void {
  try {
    moveBranch(ws, snapshot.branch, commit, snapshot.head, `landed ${task}`);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (isOnHead(ws, commit)) return;
    state.clearLanding();
    throw refuse(
      `nothing was landed for ${task}: ${snapshot.branch ?? 'HEAD'} was moved meanwhile (${error.message})`,
      'run the same command again; the work is not lost',
      EXIT.interrupted,
    );
  }
}

/** The last acts. What is still on record of the attempt goes first: from now on its work is landed, not left over. */
function putReceipt(state: TaskState, path: string, receipt: string): void {
  state.clearInFlight();
  files.writeDurably(path, receipt);
  state.clearLanding();
}

function isOnHead(place: Place, commit: string): boolean {
  return askGit(place.top, ['merge-base', '--is-ancestor', commit, 'HEAD'], { accept: [1, 128] }).code === 0;
}

function isOnSomeBranch(place: Place, commit: string): boolean {
  const list = ['for-each-ref', '--count=1', `--contains=${commit}`, 'refs/heads'];
  const answer = askGit(place.top, list, { accept: [1, 128, 129] });
  return answer.code === 0 && answer.stdout.length > 0;
}

/**
 * Finishes the landings that were cut short, free; drops those whose commit no branch holds. One whose commit is on
 * another branch than the one checked out waits for that to be checked out again. To be called with the workspace's
 * lock held, before `recoverDead`.
 * @returns what was finished, one line each
 */
export function finishLandings(ws: Workspace, root: string): string[] {
  return tasksInFlight(root).flatMap((task) => {
    const state = taskState(root, task);
    const landing = state.readLanding();
    const attempt = state.readInFlight();
    if (landing === null || (attempt !== null && isAlive(attempt.runner))) return [];
    const landed = landing.commit !== '' && isOnHead(ws, landing.commit) && stillHolds(ws, task, landing.commit);
    if (landed && speaksOf(ws, landing)) {
      finish(ws, state, landing, join(ws.tasks, `${task}.done`));
      return [`${task}: was committed before its step was cut short; its receipt is in place now`];
    }
    if (landed || landing.commit === '' || !isOnSomeBranch(ws, landing.commit)) state.clearLanding();
    return [];
  });
}

/** Whether the branch still has the receipt that the commit brought: else somebody has taken the work back since. */
function stillHolds(ws: Workspace, task: string, commit: string): boolean {
  const path = ws.backlogInside ? ws.pathInTop(join(ws.tasks, `${task}.done`)) : null;
  return path === null || objectAt(ws, 'HEAD', path) === objectAt(ws, commit, path);
}

/** Whether the commit certifies this very work: a record that names some other commit of the branch is not believed. */
function speaksOf(ws: Workspace, { commit, receipt }: LandingRecord): boolean {
  const read = parseReceipt(receipt);
  if (read.kind !== 'receipt' || !read.sealed) return false;
  const message = git(ws.top, ['log', '-1', '--format=%B', commit]);
  return message.split('\n').includes(`Stepladder-Work: ${read.receipt.work}`);
}

function finish(ws: Workspace, state: TaskState, { commit, receipt }: LandingRecord, receiptPath: string): void {
  withIndexHeld(ws, (index) => follow(ws, commit, receiptPath, index));
  // With the workspace's lock held nobody else writes a receipt: an unfinished one is what was cut short, however young.
  files.sweep(dirname(receiptPath), Number.POSITIVE_INFINITY);
  if (files.readText(receiptPath) === receipt) {
    state.clearInFlight();
    state.clearLanding();
  } else putReceipt(state, receiptPath, receipt);
}

/**
 * What a commit changed against its parent, as HEAD has it now: others may have landed on it since. Of a first commit, all
 * it holds.
 */
function committed(ws: Workspace, commit: string): readonly Entry[] {
  const [, parent] = git(ws.top, ['rev-list', '--parents', '-n', '1', commit]).split(' ');
  if (parent !== undefined) {
    const own = diffTrees(ws, parent, commit);
    const { head } = readPosition(ws);
    if (head === null || head === commit) return own;
    const now = new Map(diffTrees(ws, parent, head).map((entry) => [entry.path, entry]));
    return own.map((entry) => now.get(entry.path) ?? { ...entry, ...entry.before, status: 'modified' });
  }
  return gitRecords(ws.top, ['ls-tree', '-r', '-z', '--full-tree', commit]).map((record) => {
    const tab = record.indexOf('\t');
    const [mode = '', , object = ''] = record.slice(0, tab).split(' ');
    const before = { mode: '000000', object: noObject(object) };
    return { path: record.slice(tab + 1), status: 'added', mode, object, before };
  });
}
