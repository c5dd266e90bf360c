/** What one step knows and may do. This folder: one task, from start to done or to a reasoned stop. */
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import type { CheckConfig, Config, Effective } from '../config.js';
import type { Ledger } from '../inspect/ledger.js';
import type { EventBody } from '../record/event.js';
import type { Halted } from '../record/halts.js';
import type { Lock } from '../record/locks.js';
import type { Finding } from '../record/receipt.js';
import type { TaskState } from '../record/task-state.js';
import type { DirtySubmodule } from '../workspace/submodules.js';
import type { Snapshot, StepWorktree, Workspace } from '../workspace/workspace.js';
import type { ActivityNote } from './activity.js';
import type { Consumer } from './consumers.js';
import type { PromptFacts } from './prompt.js';

export interface StepOptions {
  /** Run it anew although it is done (`FORCE=1`). */
  readonly force: boolean;
  /** Try again although it failed before (`RETRY=1`). */
  readonly retry: boolean;
  /** In the person's own tree, whatever `isolation:` says: it is he who does it. */
  readonly inPlace: boolean;
  /** What is uncommitted in the tree is the task's work, which a person did and asked to have accepted. */
  readonly personsWork: boolean;
}

export interface StepContext {
  readonly root: string;
  readonly config: Config;
  readonly backlog: Backlog;
  /** As it read when the step started: later edits are the next run's. */
  readonly task: Task;
  readonly settings: Effective;
  readonly options: StepOptions;
  /** Where it works. */
  readonly ws: Workspace;
  /** The same where that is a work tree of the step's own; null in the person's. */
  readonly apart: StepWorktree | null;
  readonly state: TaskState;
  /** Absolute path of the step's machine state. */
  readonly folder: string;
  /** Absolute path of the start-time copy of the task file, and its text. */
  readonly taskCopy: string;
  readonly taskText: string;
  readonly run: string;
  /** The environment of agents and checks: the user's own, less what is Make's or ours. */
  readonly env: Readonly<Record<string, string>>;
  /** Put into the environment of everything the step starts. */
  readonly mark: string;
  readonly started: Date;
  readonly signal: AbortSignal;
  /** The workspace as the step found it; where others landed meanwhile, what its work was brought onto. */
  readonly base: Snapshot;
  /** Its work was brought onto another commit. */
  readonly moveBase: (to: Snapshot) => void;
  /** What was uncommitted in submodules when the step began (setup may patch them). */
  readonly dirtyBefore: readonly DirtySubmodule[];
  /** Sets its work tree up anew, where what it was moved onto asks for that; the halt that a failing setup calls for. */
  readonly prepareAgain: () => Promise<Halted | null>;
  /** The branch's commit when the step began. */
  readonly began: string | null;
  /** Full ref of the branch that the work is to become part of, or null where HEAD was detached. */
  readonly homeBranch: string | null;
  /** Puts back what an attempt had no business to change; what was found. */
  readonly putBack: () => readonly Finding[];
  /** The configuration's checks, `auto` looked up when the step started. */
  readonly verify: readonly CheckConfig[];
  /** Who builds on the task directly and waits for nothing else, as it was when the step started. */
  readonly consumers: readonly Consumer[];
  /** Work id of each dependency. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Labels of the checks that were red on the start tree. */
  readonly redBefore: Set<string>;
  /** Prefix of the agent's sandbox, which holds for checks too; or ''. */
  readonly sandbox: string;
  readonly locks: readonly Lock[];
  /** Holds further locks until the step ends. */
  readonly hold: (...locks: Lock[]) => void;
  readonly holds: (lock: Lock) => boolean;
  /** Runs an act with the workspace's lock held, under which alone the branch and the backlog are changed. */
  readonly withWorkspace: <T>(act: () => T) => Promise<T>;
  /** How often the task was reopened, this time included. */
  readonly reopened: number;
  readonly reopenedNow: boolean;
  /** Whether this run began with something reopened, reverted or edited. */
  readonly runExcused: boolean;
  /** It had a receipt here before. */
  readonly doneBefore: boolean;
  /** Done before with the same fingerprint, and run anew by hand: an unchanged tree is no failure. */
  readonly wasDone: boolean;
  /** Why it is worked on again, for the prompt; verifying first adds to it. */
  readonly evidenceNow: string[];
  /** How a person calls this program. */
  readonly program: string;
  /** Relative to the root. */
  readonly receiptFile: string;
  readonly touchReceipt: () => void;
  /** Who owes the removal of which stub, as the receipts stood when it was first asked. */
  readonly ledger: Ledger;
  /** The work id in a task's receipt now; null without one. */
  readonly workOf: (name: string) => string | null;
  readonly promptFacts: () => Omit<PromptFacts, 'earlier'>;
  readonly halted: () => Halted | null;
  /** Whether the run's front-end shows what this step records: then it says nothing twice. */
  readonly shown: boolean;
  /** Records an event, and shows it where nobody else does. */
  readonly say: (event: EventBody) => void;
  /** Tells a person what he is waiting for; not recorded. */
  readonly tell: (line: string) => void;
  /** Says what it is about at this moment, for whoever watches; not recorded. */
  readonly activity: ActivityNote;
  /** Notes the attempt under way, so that its work is found if this process dies. */
  readonly inFlight: (rung: string, attempt: number) => void;
  /** Notes that the attempt's work is being moved, or has been. */
  readonly rebasing: (under: boolean) => void;
  /** Whether the step may still act: its locks are its own, and whoever started it still waits for it (MAKE-RULES 22). */
  readonly owed: () => boolean;
}
