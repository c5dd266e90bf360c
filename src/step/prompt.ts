/** What an agent is told: the built-in template, which a project may extend by its named blocks (`prompt: FILE`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment, type ILoader } from 'nunjucks';
import type { Condition, OwedStub, Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { printable, refuse } from '../diagnostic.js';
import builtIn from './prompt.njk';

/** One earlier attempt, told to the next. */
export interface EarlierTry {
  readonly rung: string;
  readonly outcome: string;
  readonly reason: string;
  /** Failing output, or ''. */
  readonly output: string;
}

export interface PromptFacts {
  readonly task: Task;
  readonly tasksFolder: string;
  readonly hint: string | null;
  /** Why it was opened again, one line each. */
  readonly evidence: readonly string[];
  readonly earlier: readonly EarlierTry[];
  /** The last attempt where the session goes on in which it was made: only what is new is said then. */
  readonly resumed?: EarlierTry;
  /** Labels of the checks it must pass. */
  readonly checks: readonly string[];
  readonly consumers: readonly Task[];
  /** Stubs that others left for this task. `line`: from 1, null where it was not found. */
  readonly owed: readonly {
    readonly symbol: string;
    readonly file: string;
    readonly line: number | null;
    readonly leftBy: string;
  }[];
  /** Stubs that the task's own header lets it leave. */
  readonly mayLeave: readonly OwedStub[];
  /** Later tasks that may take over a stub of this one; none: nothing may be put off. */
  readonly mayOwn: readonly string[];
}

const BUILT_IN = 'stepladder';

/** Finds the built-in template under its name, and the project's own by path. */
function loader(root: string): ILoader {
  return {
    getSource(name: string) {
      const src = name === BUILT_IN ? builtIn : readFileSync(join(root, name), 'utf8');
      return { src, path: name, noCache: true };
    },
  };
}

const executable = (condition: Condition): boolean => condition.kind !== 'claim';

/**
 * The prompt of an attempt. Nothing in it is a template but the template: titles, bodies and output are only printed.
 * @throws Refusal where the project's own template cannot be read or rendered
 */
export function renderPrompt(config: Config, template: string | null, facts: PromptFacts): string {
  const environment = new Environment(loader(config.root), { autoescape: false, throwOnUndefined: false });
  const view = {
    name: facts.task.name,
    title: facts.task.title,
    body: facts.task.body.trim(),
    decisions: facts.task.decisions,
    tasksFolder: facts.tasksFolder,
    hint: facts.hint,
    evidence: facts.evidence,
    earlier: facts.earlier,
    resumed: facts.resumed ?? null,
    checks: facts.checks,
    // Names that agents wrote: each stays on its line.
    owed: facts.owed.map(({ symbol, file, line, leftBy }) => ({
      symbol: printable(symbol),
      place: `${printable(file)}${line === null ? '' : `:${line}`}`,
      leftBy,
    })),
    mayLeave: facts.mayLeave.map(({ symbol, until }) => ({ symbol: printable(symbol), until })),
    mayOwn: facts.mayOwn,
    consumers: facts.consumers.map((task) => ({
      name: task.name,
      title: task.title,
      preconditions: task.preconditions.filter(executable).map((condition) => condition.text),
    })),
  };
  try {
    const text = environment.render(template ?? BUILT_IN, view);
    return `${text.trim()}\n`;
  } catch (error) {
    throw refuse(
      `the prompt template ${template ?? BUILT_IN} cannot be used: ${error instanceof Error ? error.message.split('\n').join(' ') : String(error)}`,
      'mend the file named by prompt: in stepladder.yaml; it may begin with {% extends "stepladder" %} and replace blocks',
    );
  }
}
