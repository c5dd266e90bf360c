/** Who may own a stub that another task leaves, as far as the backlog alone can tell (DESIGN "Stubs"). */
import type { TaskGraph } from './graph.js';
import { isAbout, provides } from './named.js';
import type { Task } from './task.js';

/** What the rules of ownership look at. */
export type OwnerTask = Pick<Task, 'name' | 'title' | 'body' | 'files' | 'provides' | 'checkpoint'>;

export type NoOwner =
  /** The one that leaves it provides it: then it must be real when that one is done. */
  | 'provided'
  /** It would owe to itself. */
  | 'itself'
  /** Nobody works on it. */
  | 'checkpoint'
  /** It does not depend on the one that leaves the stub: it may come first, or be finished without it. */
  | 'apart'
  /** Nothing in it is about the symbol or the file: nobody would notice there. */
  | 'unrelated';

/** Why a task cannot own a stub that another leaves; null where it can. @param stub `file`: null where nobody knows it */
export function whyNotOwner(
  leaver: Pick<Task, 'name' | 'provides'>,
  stub: { readonly symbol: string; readonly file: string | null },
  owner: OwnerTask,
  graph: TaskGraph,
): NoOwner | null {
  if (provides(leaver, stub.symbol)) return 'provided';
  if (owner.name === leaver.name) return 'itself';
  if (owner.checkpoint) return 'checkpoint';
  if (!graph.dependsOn(owner.name, leaver.name)) return 'apart';
  return isAbout(owner, stub) ? null : 'unrelated';
}
