/** Whether a task file asks for less than it did: its conditions, not its words (DESIGN "Configuration", trust). */
import { HEADER_DEFAULTS, type UnresolvedTask } from './parsed-file.js';
import { readBody } from './read-body.js';
import { readTask } from './read-task.js';
import type { Condition } from './task.js';

interface Demands {
  /** What must be there for it to be asked: each entry gone is a demand less. */
  readonly demanded: readonly string[];
  /** What lets it off: each entry new is a demand less. */
  readonly excused: readonly string[];
}

/** An executable condition; prose is nobody's demand. */
function condition(section: string, one: Condition): string[] {
  switch (one.kind) {
    case 'command':
    case 'script':
      // In the header or below it, a command is the same check.
      return [section === 'postcondition' ? `check: ${one.command}` : `${section}: ${one.command}`];
    case 'exists':
      return [`${section}: ${one.path} exists`];
    case 'clean':
      return [`${section}: clean worktree`];
    case 'claim':
      return [];
  }
}

function demandsOf(task: UnresolvedTask, text: string): Demands {
  const { verify, mends, provides, files, checkpoint, changesNone } = { ...HEADER_DEFAULTS, ...task.header };
  const { preconditions, postconditions } = readBody(text);
  return {
    demanded: [
      ...task.depends.map((ref) => `depends: ${ref.text}`),
      ...[...verify, ...mends].map((command) => `check: ${command}`),
      ...postconditions.flatMap((one) => condition('postcondition', one)),
      ...preconditions.flatMap((one) => condition('precondition', one)),
      ...provides.map((symbol) => `provides: ${symbol}`),
      ...files.map((glob) => `files: ${glob}`),
      // No agent there, but a person; here no person, but an agent: either is another bargain.
      `checkpoint: ${checkpoint}`,
    ],
    excused: [
      ...task.stubs.map(({ symbol, until }) => `stubs: ${symbol} until ${until.text}`),
      ...(changesNone ? ['changes: none'] : []),
    ],
  };
}

/**
 * What a task no longer asks for, one line each: `- check: make test`, `+ changes: none`; none where it asks for as much
 * as before. A file that was no task before cannot be weaker.
 * @param name the task's
 * @param now null: the file is gone
 */
export function weaker(name: string, before: string, now: string | null): string[] {
  const was = readTask(name, name, before);
  if (was.task === null) return [];
  if (now === null) return ['- the whole file'];
  const is = readTask(name, name, now);
  if (is.draft === true) return ['+ draft: true'];
  if (is.task === null) return ['- all of it: it cannot be read as a task any more'];
  const old = demandsOf(was.task, before);
  const found = demandsOf(is.task, now);
  const less = old.demanded.filter((demand) => !found.demanded.includes(demand));
  const more = found.excused.filter((excuse) => !old.excused.includes(excuse));
  return [...new Set([...less.map((demand) => `- ${demand}`), ...more.map((excuse) => `+ ${excuse}`)])];
}
