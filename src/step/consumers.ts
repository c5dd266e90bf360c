/**
 * Consumers first (DESIGN "A step"): before a task is called done, what those who build on it take for granted is
 * looked at, so that a false precondition is a reason to go on working here, and no surprise for the next task.
 *
 * Whose preconditions: of the tasks that depend on this one directly, have no receipt yet (a precondition says what is
 * so before its task is done), and wait for nothing else. They are those of the step's start. A false one counts even
 * where it was just as false before: to make it true is what the consumer waits for. Only one that another, finished
 * dependency of the consumer clearly owes (it provides a symbol, or declares a file, that the precondition names, and
 * this task does not) is not held against this task: the consumer's own step will say so. *Clean worktree* is nothing
 * that could be asked in the middle of a step.
 *
 * They are not recorded as verified: they are another task's conditions, and must not make evidence of what has none.
 */
import picomatch from 'picomatch';
import type { Backlog } from '../backlog/load.js';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { preconditionsOf, runChecks } from '../inspect/checks.js';
import type { Check, CheckResult } from '../inspect/inspection.js';
import { receiptSource, standingNow } from '../record/stands.js';
import { checkContext, sayFindings } from './check-context.js';
import type { StepContext } from './context.js';

/** A task that builds on the one at work, and what it takes for granted. */
export interface Consumer {
  readonly name: string;
  readonly preconditions: readonly Check[];
}

type Promised = Pick<Task, 'files' | 'provides'>;

const bare = (symbol: string): string => symbol.split(/::|->|[.#/]/).at(-1) ?? symbol;

/** Whether a precondition names what a task says it makes. */
function promises({ files, provides }: Promised, check: Check): boolean {
  const words = check.run.split(/[^\p{L}\p{N}_$]+/u);
  if (provides.some((symbol) => words.includes(bare(symbol)))) return true;
  const paths = check.run.split(/[\s'"`;|&()<>=]+/).map((path) => path.replace(/^(?:\.\/)+/, ''));
  return files.length > 0 && paths.some((path) => path !== '' && picomatch.isMatch(path, [...files], { dot: true }));
}

/** The consumers of a task as they are now. To be asked when its step starts: an attempt may edit their files. */
export function consumersOf(config: Config, backlog: Backlog, task: Task): Consumer[] {
  return backlog.dependents(task.name).flatMap((name) => {
    const consumer = backlog.tasks.get(name);
    if (consumer === undefined || backlog.broken.has(name) || receiptSource(config, name) !== null) return [];
    const others = consumer.depends.flatMap((other) => (other === task.name ? [] : (backlog.tasks.get(other) ?? [])));
    if (others.some((other) => standingNow(config, other).kind !== 'holds')) return [];
    const owed = (check: Check): boolean => !promises(task, check) && others.some((other) => promises(other, check));
    const preconditions = preconditionsOf(config, consumer).filter((check) => check.kind !== 'clean' && !owed(check));
    return preconditions.length === 0 ? [] : [{ name, preconditions }];
  });
}

/** A consumer's precondition that is false on the work as it stands. */
export interface Unmet {
  readonly consumer: string;
  readonly result: CheckResult;
}

/** Looks at what every consumer takes for granted. Nothing is run for a task that has none. */
export async function unmetPreconditions(ctx: StepContext): Promise<Unmet[]> {
  const unmet: Unmet[] = [];
  for (const { name, preconditions } of ctx.consumers) {
    const tree = ctx.ws.tree();
    const treeNow = (): string => {
      sayFindings(ctx, ctx.ws.setAsideLeftovers(ctx.task.name, tree));
      return ctx.ws.tree();
    };
    const results = await runChecks(preconditions, { ...checkContext(ctx), task: name, tree, treeNow });
    unmet.push(...results.filter(({ ok }) => !ok).map((result) => ({ consumer: name, result })));
  }
  return unmet;
}

/** For the next prompt: who needs what. */
export function unmetReason({ consumer, result }: Unmet): string {
  return `${consumer} builds on this, and its precondition is false: ${result.check.label} (${result.failure})`;
}
