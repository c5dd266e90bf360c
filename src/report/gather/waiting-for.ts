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
  for (const [task, { file, why }] of g.input.untrusted ?? []) {
    if (!g.tasks.has(task) && !g.input.broken?.has(task)) found.push(trust({ name: task, title: '', file }, why, g));
  }
  return found.sort((a, b) => b.holdsUp - a.holdsUp);
}

function forTask(task: ReportTask, g: Gathering): Waiting {
  const weakened = g.input.untrusted?.get(task.name);
  if (weakened !== undefined) return trust(task, weakened.why, g);
  const failure = g.input.failures.get(task.name);
  if (failure?.state === 'question' && !task.checkpoint) return question(task, failure, g);
  const approve = `${g.program} approve ${task.name}`;
  return item('checkpoint', task, `${dependedOn(task, g)}: look at it and approve`, [], null, [approve], g);
}

/** Who approves has to know what was put off. */
function dependedOn({ depends }: ReportTask, g: Gathering): string {
  const deferred = depends.filter((name) => g.states.of.get(name) === 'deferred');
  return `all it depends on is done${deferred.length === 0 ? '' : `, or deferred (${deferred.join(', ')})`}`;
}

function trust(task: Pick<ReportTask, 'name' | 'title' | 'file'>, why: string, g: Gathering): Waiting {
  return item('trust', task, why, [], null, [`${g.program} trust ${task.name}`], g);
}

/** An agent's question has an attempt that ended as one; where none did, the runner itself asks about a finding. */
function question(task: ReportTask, failure: KnownFailure, g: Gathering): Waiting {
  const asked = failure.path.at(-1)?.outcome === 'question';
  const options = failure.options ?? [];
  if (!asked) return disputed(task, failure, g);
  // An option that is an essay is for reading; as a command nobody could check what he pastes.
  const answers =
    options.length > 0 && options.every(({ length }) => length <= LONGEST_ANSWER) ? options : ['YOUR ANSWER'];
  // An answer that begins with a dash would be taken for an option of ours.
  const commands = answers.map(
    (answer) => `${g.program} answer ${task.name} ${answer.trim().startsWith('-') ? '-- ' : ''}${shellWord(answer)}`,
  );
  const text = failure.question ?? failure.reason;
  return item('question', task, text, options, failure.finished, commands, g);
}

/** What the runner asks: its options say what can be done, in words and commands; here those that can be pasted. */
function disputed(task: ReportTask, failure: KnownFailure, g: Gathering): Waiting {
  const text = failure.question ?? failure.reason;
  const accept = `${g.program} accept ${task.name}`;
  // The work in question is kept beside the tree.
  const take = failure.kept === null ? accept : `${g.program} take ${task.name} && ${accept}`;
  const commands = [`${g.program} answer ${task.name} ${shellWord('YOUR ANSWER')}`, take];
  return item('finding', task, text, failure.options ?? [], failure.finished, commands, g);
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
