/**
 * Runs that are going on: a small file each in `.stepladder/going/`, for `status` in another terminal. Nothing is decided
 * by it. One whose process is gone was left behind by a crash: it counts for nothing, and the next run takes it away.
 */
import { join } from 'node:path';
import { files, leniently } from './files.js';
import { statePaths } from './paths.js';
import { isAlive, isElsewhere, type ProcessId, thisProcess } from './process.js';
import { amount, has, listOf, object, optional, parseJson, text, truth } from './shape.js';

export interface GoingRun {
  readonly run: string;
  /** Its front-end. */
  readonly process: ProcessId;
  /** How many steps it runs side by side. */
  readonly jobs: number;
  /** Names of the tasks that were to be done when it began, and that were done; absent in a note of an older version. */
  readonly pending?: readonly string[] | undefined;
  readonly done?: readonly string[] | undefined;
  /** Whether all that failed is tried again. */
  readonly retry?: boolean | undefined;
}

const goingShape = object<GoingRun>({
  run: text,
  process: object<ProcessId>({ host: text, bootId: text, pid: amount, startTime: text }),
  jobs: amount,
  pending: optional(listOf(text)),
  done: optional(listOf(text)),
  retry: optional(truth),
});

function folderOf(root: string): string {
  return join(statePaths(root).state, 'going');
}

function all(root: string): { readonly path: string; readonly going: GoingRun | null }[] {
  return files
    .list(folderOf(root))
    .filter((name) => !name.startsWith('.'))
    .map((name) => {
      const path = join(folderOf(root), name);
      const value = parseJson(files.readText(path) ?? '');
      return { path, going: has(goingShape, value) ? value : null };
    });
}

/** Whether its front-end still lives, as far as that can be known from here. */
export function isGoing({ process }: GoingRun): boolean {
  return isAlive(process);
}

/** Notes that this process's run has begun. Returns what takes the note away again. */
export function noteGoing(root: string, begun: Omit<GoingRun, 'process'>): () => void {
  const path = join(folderOf(root), `${begun.run}.json`);
  leniently(() => {
    for (const { path: old, going } of all(root)) if (going === null || !isGoing(going)) files.remove(old);
    files.replace(path, `${JSON.stringify({ ...begun, process: thisProcess() } satisfies GoingRun)}\n`);
  });
  return () => leniently(() => files.remove(path));
}

/** The runs whose front-end lives, in no order. */
export function goingRuns(root: string): string[] {
  return all(root).flatMap(({ going }) => (going !== null && isGoing(going) ? [going.run] : []));
}

/** The latest run that is going on; one on another host, of which nothing can be known, only where there is no other. */
export function goingRun(root: string): GoingRun | null {
  const alive = all(root).flatMap(({ going }) => (going !== null && isGoing(going) ? [going] : []));
  const here = alive.filter(({ process }) => !isElsewhere(process));
  return (here.length > 0 ? here : alive).sort((a, b) => (a.run < b.run ? -1 : 1)).at(-1) ?? null;
}
