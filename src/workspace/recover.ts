/** What a killed step left behind: its processes ended, its work kept, the tree as it was (DESIGN "A person's work is safe"). */
import { tasksInFlight } from '../record/in-flight.js';
import { endLeftAtWork } from '../record/left-at-work.js';
import { isHeld } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { isAlive } from '../record/process.js';
import { type InFlight, taskState } from '../record/task-state.js';
import { headTree } from './in-place.js';
import { isKnown, movedBy } from './moves.js';
import type { KeptWork, Snapshot, Workspace } from './workspace.js';
import { findWorktree, removeWorktree } from './worktree.js';

export interface Recovered {
  readonly task: string;
  readonly run: string;
  readonly rung: string;
  readonly attempt: number;
  /** When the attempt began, ISO 8601. */
  readonly started: string;
  /** Null where the attempt had changed nothing, or nothing was touched. */
  readonly kept: KeptWork | null;
  /** For people, one line: what was found, and what was done about it. */
  readonly message: string;
}

/**
 * Whether anything was cut short: an attempt whose process is gone, or a landing without one. Needs no git and no
 * lock; where it says no, neither `finishLandings` nor `recoverDead` has anything to do.
 */
export function isAnythingUnfinished(root: string): boolean {
  return tasksInFlight(root).some((task) => {
    const state = taskState(root, task);
    const attempt = state.readInFlight();
    return attempt === null ? state.readLanding() !== null : !isAlive(attempt.runner);
  });
}

/**
 * Recovers from steps whose process is gone. To be called with the workspace's lock held, after `finishLandings`.
 * @throws Refusal where something that the attempt started cannot be ended, or git's index is locked
 */
export function recoverDead(ws: Workspace, root: string): Recovered[] {
  return tasksInFlight(root).flatMap((task) => {
    const state = taskState(root, task);
    const attempt = state.readInFlight();
    if (attempt === null) {
      // A landing that waits for its branch keeps its marker; one that points to nothing goes. But a step that works apart
      // begins without the workspace's lock: its record may follow its marker in this very moment.
      if (!isHeld(statePaths(root).lock(`task-${task}`))) state.clearInFlight();
      return [];
    }
    if (isAlive(attempt.runner)) return [];
    endLeftAtWork(attempt.mark, `the interrupted attempt at ${task}`);
    const found = attempt.worktree !== undefined ? keepApart(ws, task, attempt) : putInOrder(ws, task, attempt);
    state.clearInFlight();
    const { run, rung, started } = attempt;
    return [{ task, run, rung, attempt: attempt.attempt, started, ...found }];
  });
}

/** Of a step in a work tree of its own: what it held is kept, and it goes. */
function keepApart(home: Workspace, task: string, attempt: InFlight): Pick<Recovered, 'kept' | 'message'> {
  const tree = findWorktree(home, task, attempt.worktree ?? []);
  let kept: KeptWork | null = null;
  // In the middle of being moved it holds nothing whole, and what it was is kept already.
  if (tree !== null && attempt.rebasing !== true) {
    const { snapshot } = attempt;
    const known = isKnown(home, snapshot.tree) || snapshot.head === null;
    const since = known ? snapshot : { ...snapshot, tree: headTree(home, snapshot.head) };
    kept = tree.keep('interrupted', task, since, 'the process that ran the step is gone');
  }
  if (tree === null) removeWorktree(home, task);
  else tree.dispose();
  kept ??= home.kept(task).find(({ kind }) => kind === 'interrupted') ?? null;
  const nothing = tree === null ? 'its work tree is gone' : 'it had changed nothing';
  return {
    kept,
    message: `${task}: was interrupted: ${kept === null ? nothing : `its work is kept, and will be taken up again (${kept.restore})`}`,
  };
}

function putInOrder(ws: Workspace, task: string, attempt: InFlight): Pick<Recovered, 'kept' | 'message'> {
  // The tree of a snapshot hangs on no ref: `git prune` may have taken it. It was HEAD's own, since nothing was dirty.
  const known = isKnown(ws, attempt.snapshot.tree);
  const snapshot: Snapshot = known ? attempt.snapshot : { ...attempt.snapshot, tree: ws.headSnapshot().tree };
  if (movedBy(ws, snapshot) === 'someone' || (!known && ws.headSnapshot().head !== snapshot.head)) {
    return {
      kept: null,
      message: `${task}: was interrupted, and the branch was moved since: the work tree was left as it is`,
    };
  }
  const kept = ws.keep('interrupted', task, snapshot, 'the process that ran the step is gone');
  const aside = ws.restore(snapshot);
  const work =
    kept === null ? 'it had changed nothing' : `its work is kept, and will be taken up again (${kept.restore})`;
  return { kept, message: [`${task}: was interrupted: ${work}`, ...aside].join('; ') };
}
