/** What an agent is told: the built-in template, which a project may extend by its named blocks (`prompt: FILE`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment, type ILoader } from 'nunjucks';
import type { Condition, Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { refuse } from '../diagnostic.js';
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
  /** Labels of the checks it must pass. */
  readonly checks: readonly string[];
  readonly consumers: readonly Task[];
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
    checks: facts.checks,
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
