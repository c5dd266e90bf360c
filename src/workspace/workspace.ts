/** Where work happens: the git work tree that agents change, and the promises made about it. */
import type { Finding } from '../record/receipt.js';

/** A point to which the workspace can be compared and brought back. */
export interface Snapshot {
  /** Commit HEAD stood at; null in a repository without commits. */
  readonly head: string | null;
  /** Full ref HEAD points to (`refs/heads/main`), or null where detached. */
  readonly branch: string | null;
  /**
   * Tree id of the whole work tree (tracked and untracked, ignored left out); the backlog with its receipts,
   * stepladder.yaml, reports and machine state left out.
   */
  readonly tree: string;
}

/** A path of the workspace that differs from a snapshot. Relative to the work tree's top, with `/`. */
export interface Change {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
}

/** What a file held at a moment. */
export interface FileVersion {
  /** The same for the same content, wherever it lies. */
  readonly object: string;
  /** Bytes. */
  readonly size: number;
  /** Asked for in the order in which they were given, many are read at a time. */
  readonly read: () => Uint8Array;
}

/** A file of the work tree, neither a link nor a repository. */
export interface TreeFile {
  /** Relative to the workspace's `dir`, with `/`; begins with `../` where it lies beside that folder. */
  readonly path: string;
  readonly now: FileVersion;
}

/** A file that holds some of the words that were looked for. */
export interface FileWithWords extends TreeFile {
  readonly words: readonly string[];
}

/** A file that differs from a snapshot; null where there was, or is, no file of that name (a link is none). */
export interface ChangedFile {
  /** As in `TreeFile`. */
  readonly path: string;
  readonly before: FileVersion | null;
  readonly now: FileVersion | null;
}

export type KeptKind = 'failed' | 'interrupted';

export interface KeptWork {
  readonly kind: KeptKind;
  /** `refs/stepladder/failed/NAME` or `refs/stepladder/interrupted/NAME`. */
  readonly ref: string;
  readonly commit: string;
  /** The commit on which the work was done. */
  readonly base: string | null;
  /** A shell command that brings it back into the tree, to be pasted in the project's root. */
  readonly restore: string;
}

/** Where the workspace's repository lies and what in it is not the agents'. All paths absolute unless said. */
export interface Place {
  /** The project's root, as configured. */
  readonly root: string;
  /** The backlog's folder: receipts and task files, wherever that is. */
  readonly tasks: string;
  /** The configured folder, where agents and checks run: the work tree's top, or a folder below it. */
  readonly dir: string;
  /** Top of the work tree. */
  readonly top: string;
  /** Top of the work tree that is the person's own: the same where that is where agents work. */
  readonly homeTop: string;
  /** git's folder of this work tree. */
  readonly gitDir: string;
  /** git's folder that all work trees of the repository share. */
  readonly commonDir: string;
  /** The backlog belongs to this repository: receipts and task files are committed with the work. */
  readonly backlogInside: boolean;
  /**
   * What the names of refs of kept work end in: nothing where the project is the repository's own checkout; a sign of its
   * own where it is a linked one (`git worktree add`), a folder below, or elsewhere: others that share the refs may have
   * a task of the same name.
   */
  readonly keptSuffix: string;
  /** Relative to the top: backlog, stepladder.yaml, reports, machine state. In no snapshot, never restored. */
  readonly leftOut: readonly string[];
}

/**
 * A workspace. In place it is the user's own work tree; whoever changes it or moves its branch holds the lock at
 * `lockPath`. Every method is synchronous, and throws a Refusal (GitError among them) for what is the world's fault.
 */
export interface Workspace extends Place {
  readonly kind: 'in-place' | 'worktree';
  /** The person's own work tree, whose branch the work becomes part of: itself where it is that one. */
  readonly home: Workspace;
  /** Whoever works here holds this lock; it lies in git's common folder. */
  readonly lockPath: string;

  /** Full ref HEAD points to, or null where detached. */
  branch(): string | null;
  /**
   * Where a file lies in this repository: relative to the top, with `/`; null where it does not belong to it. What
   * leads there may be a symbolic link.
   */
  pathInTop(file: string): string | null;

  /**
   * Paths with uncommitted changes, untracked ones among them; what is left out of snapshots never counts.
   * @throws Refusal where a merge, rebase or the like is under way, or git's index is locked
   */
  dirty(): string[];
  /** Tree id of the work tree as it is now (see `Snapshot.tree`). */
  tree(): string;
  snapshot(): Snapshot;
  /** As if the work tree were what HEAD says: what a person's own uncommitted work is compared with. */
  headSnapshot(): Snapshot;
  changesSince(snapshot: Snapshot): Change[];
  /** As `changesSince`, with what the files held then and hold now. */
  changedFiles(snapshot: Snapshot): ChangedFile[];
  /**
   * What one file held at the snapshot; null where there was none (a link, a folder). Two git processes.
   * @param path relative to `dir`
   */
  bytesBefore(snapshot: Snapshot, path: string): Uint8Array | null;
  /** Files that match one of the globs (relative to `dir`, as in a task's `files`), ignored ones and backlog left out. */
  filesMatching(globs: readonly string[]): TreeFile[];
  /** Text files that hold some of the words as words of their own; backlog, reports and ignored files left out. */
  filesWithWords(words: readonly string[]): FileWithWords[];

  /**
   * Puts HEAD, its branch and git's index back to the snapshot, whatever was committed, switched, reset or staged
   * since; the work tree stays as it is, so that all of it becomes part of the task's one commit. The commits stay in
   * git's reflog. True where HEAD or the branch had moved.
   */
  foldCommits(snapshot: Snapshot): boolean;
  /**
   * Saves the whole tree, durably, under `refs/stepladder/KIND/TASK`; earlier ones stay in that ref's reflog.
   * @param message why, one line
   * @returns null where nothing differs from the snapshot
   */
  keep(kind: KeptKind, task: string, snapshot: Snapshot, message: string): KeptWork | null;
  /**
   * Brings HEAD, branch, index and each path that differs back to the snapshot. What was not kept before is kept now,
   * under `refs/stepladder/restored`: nothing is ever removed that cannot be brought back. Gives, one line each, what
   * could not be saved that way and was moved into git's folder instead (repositories, ignored files in the way).
   */
  restore(snapshot: Snapshot): readonly string[];
  /** What is kept of a task; the interrupted first. */
  kept(task: string): KeptWork[];
  /** Puts kept work onto the present tree. False where it does not fit cleanly: then nothing was changed. */
  takeUp(work: KeptWork): boolean;
  /**
   * Removes the ref of kept work, unless something newer is kept there by now.
   * @param before what was kept there before, and was never taken up: it is kept again
   */
  forget(work: KeptWork, before?: KeptWork): void;

  /**
   * New files that no task asked for: outside `files` where it declares any, above 1 MB, or a repository of their own.
   * Kept under `refs/stepladder/aside/TASK` (a repository is moved into git's folder), removed from the tree, and told.
   * @param files globs relative to `dir`
   */
  setAsideStrays(task: string, snapshot: Snapshot, files: readonly string[]): Finding[];
  /** What checks left in the tree since it was `tree`: kept under `refs/stepladder/aside/TASK`, taken out, and told. */
  setAsideLeftovers(task: string, tree: string): Finding[];
}

/** What came of moving a step's work onto another commit. */
export interface Rebased {
  /** From which the work differs now. */
  readonly snapshot: Snapshot;
  /** Paths that were changed on both sides in ways that do not go together; relative to the top. */
  readonly conflicts: readonly string[];
  /** What `between` threw: the work was moved all the same, and whoever keeps it must know from where. */
  readonly failed: { readonly error: unknown } | null;
}

/** A work tree of a step's own. */
export interface StepWorktree extends Workspace {
  readonly kind: 'worktree';
  /**
   * Moves the work done since `base` onto another commit of the branch. Lines that both changed are left in, marked. The
   * work must have been kept before: a process may die in the middle.
   * @param between is called when the work tree is as that commit has it, and the work not yet back in it
   */
  rebase(base: Snapshot, onto: string, between: () => Promise<void>): Promise<Rebased>;
  /** Removes it, with all that is in it. */
  dispose(): void;
}
