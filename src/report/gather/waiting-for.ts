/** What only a person can do: the report's first section (DESIGN "Report"), each with the command that does it. */

import type { KnownFailure, ReportTask } from '../input.js';
import type { Waiting, WaitingKind } from '../shape.js';
import { shellWord } from '../shell-word.js';
import type { Gathering } from './gathering.js';

const LONGEST_ANSWER = 300;

/** Everything that waits for a person, the most held up by it first; equals in the backlog's order. */
export function waitingFor(g: Gathering): Waiting[] {
  const found = g.input.tasks.flatMap((task) => {
    if (g.states.of.get(task.name) !== 'waiting' || g.input.broken?.has(task.name)) return [];
    return [forTask(task, g)];
  });
  for (const [task, { file, problem }] of g.input.broken ?? []) {
    const lint = `${g.program} lint`;
    found.push(item('task-file', { name: task, title: '', file }, problem, [], null, [lint], g));
  }
  return found.sort((a, b) => b.holdsUp - a.holdsUp);
}

function forTask(task: ReportTask, g: Gathering): Waiting {
  const failure = g.input.failures.get(task.name);
  if (failure?.state === 'question' && !task.checkpoint) return question(task, failure, g);
  const weaker = g.input.untrusted?.get(task.name);
  if (weaker !== undefined) {
    const text = `its conditions became weaker while it was worked on: ${weaker}`;
    return item('trust', task, text, [], null, [`${g.program} trust ${task.name}`], g);
  }
  const approve = `${g.program} approve ${task.name}`;
  return item('checkpoint', task, 'all it depends on is done: look at it and approve', [], null, [approve], g);
}

/** An agent's question has an attempt that ended as one; where none did, the runner itself asks about a finding. */
function question(task: ReportTask, failure: KnownFailure, g: Gathering): Waiting {
  const asked = failure.path.at(-1)?.outcome === 'question';
  const options = failure.options ?? [];
  // An option that is an essay is for reading; as a command nobody could check what he pastes.
  const answers =
    options.length > 0 && options.every(({ length }) => length <= LONGEST_ANSWER) ? options : ['YOUR ANSWER'];
  const commands = answers.map((answer) => `${g.program} answer ${task.name} ${shellWord(answer)}`);
  if (!asked) commands.push(`${g.program} accept ${task.name}`);
  const text = failure.question ?? failure.reason;
  return item(asked ? 'question' : 'finding', task, text, options, failure.finished, commands, g);
}

function item(
  kind: WaitingKind,
  task: { readonly name: string; readonly title: string; readonly file: string },
  text: string,
  options: readonly string[],
  since: string | null,
  commands: readonly string[],
  g: Gathering,
): Waiting {
  const holdsUp = g.downstream.holdsUp(task.name);
  return { kind, task: task.name, title: task.title, file: task.file, text, options, since, holdsUp, commands };
}
