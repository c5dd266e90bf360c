/** The report's last section: what a person can do now, as commands that can be pasted. */

import { evidenceOf } from '../chain.js';
import { gist } from '../gist.js';
import type { FactsInput } from '../input.js';
import type { DeferredTask, Facts, NextStep, StuckTask } from '../shape.js';
import { shellWord } from '../shell-word.js';

/** For how many stuck tasks each step is spelled out; `status` and `show` tell of the others. */
const SPELLED_OUT = 5;

/** In the order in which they help: answers, repairs, going on, what was put off. Each command stands there once. */
export function nextSteps(facts: Omit<Facts, 'next'>, input: FactsInput): NextStep[] {
  const program = input.program ?? 'stepladder';
  const make = input.make ?? 'make orchestrate';
  const isDone = (name: string): boolean => facts.done.some(({ task }) => task === name);
  const steps: NextStep[] = [];
  for (const waiting of facts.waiting.slice(0, SPELLED_OUT)) {
    const command = waiting.commands[0];
    if (command !== undefined) steps.push({ command, why: `${WAITS[waiting.kind]} ${waiting.task}` });
  }
  for (const halt of facts.stopped.filter(({ kind }) => kind === 'halted')) {
    steps.push({ command: make, why: halt.remedy ?? `go on once this is mended: ${gist(halt.reason, 120)}` });
  }
  for (const task of facts.blocked.slice(0, SPELLED_OUT)) steps.push(...repair(task, isDone, program, make));
  for (const task of facts.failed.slice(0, SPELLED_OUT)) steps.push(...repair(task, isDone, program, make));
  const ready = facts.remaining.filter((task) => task.ready).length;
  if (ready > 0)
    steps.push({ command: make, why: `go on: ${ready === 1 ? 'one task' : `${ready} tasks`} could run now` });
  else if (facts.remaining.length > 0 && steps.length > 0) {
    steps.push({ command: make, why: 'go on with what remains' });
  }
  const once = steps.filter(
    (step, at) => steps.findIndex(({ command }) => command === step.command) === at || isLast(step, at, steps),
  );
  // A run that goes on comes to all that by itself; another one would only wait for it.
  const left = isGoingOn(facts, input) ? once.filter(({ command }) => command !== make) : once;
  return [...left, ...facts.deferred.slice(0, SPELLED_OUT).map(takeUp)];
}

function isGoingOn({ run }: Pick<Facts, 'run'>, { going }: FactsInput): boolean {
  return run !== null && run.finished === null && going?.has(run.id) === true;
}

/** How a task that was deferred is taken up. */
export function takeUp({ task, file }: Pick<DeferredTask, 'task' | 'file'>): NextStep {
  return { command: `make FORCE=1 ${file.replace(/\.md$/, '.done')}`, why: `take up ${task}, which was deferred` };
}

/** Going on is named where it first helps and once more at the very end, after everything that has to come before. */
function isLast(step: NextStep, at: number, steps: readonly NextStep[]): boolean {
  return at === steps.length - 1 && steps.at(-2)?.command !== step.command;
}

const WAITS = {
  question: 'answer the question of',
  finding: 'decide on the finding in',
  checkpoint: 'approve the checkpoint',
  trust: 'accept the weaker conditions of',
  'task-file': 'see what is wrong with the file of',
} as const;

/** What can be done about a task that failed or is blocked. @param isDone whether a task's receipt holds */
export function repair(task: StuckTask, isDone: (task: string) => boolean, program: string, make: string): NextStep[] {
  const { cause } = task;
  const steps: NextStep[] = [];
  const owner = cause?.owner ?? null;
  if (cause !== null && owner !== null && owner !== task.task && isDone(owner)) {
    const evidence = gist(evidenceOf(cause), 200);
    steps.push(
      {
        command: `${program} reopen ${owner} --because ${shellWord(evidence)}`,
        why: `have ${owner} worked on again, told why: it is not finished`,
      },
      { command: make, why: `run ${owner} first, then ${task.task} and what waits for it` },
    );
  } else {
    steps.push({ command: `${program} show ${task.task}`, why: `see why ${task.task} stopped` });
    if (task.kept !== null)
      steps.push({ command: task.kept.restore, why: `bring the work on ${task.task} back into the tree` });
    steps.push({
      command: `${program} retry ${task.task} --hint 'WHAT TO DO OTHERWISE'`,
      why: `try ${task.task} again, from the rung it stopped at`,
    });
  }
  steps.push({
    command: `${program} accept ${task.task}`,
    why: `or, where you did ${task.task} yourself, have it inspected`,
  });
  const behind =
    task.holdsUp === 0
      ? ''
      : `; ${task.holdsUp === 1 ? 'the one task behind it goes' : `the ${task.holdsUp} tasks behind it go`} on`;
  steps.push({ command: `${program} defer ${task.task}`, why: `or leave ${task.task} for later${behind}` });
  return steps;
}
