/** The dependency chain of a failure: whose work it goes back to, who stopped, who waits behind; and how it is drawn. */
import { printable } from '../diagnostic.js';
import type { Gathering } from './gather/gathering.js';
import { gist } from './gist.js';
import type { Chain, ChainLink, RootCause, StuckTask, TaskState } from './shape.js';

/** Enough to see who is hit; a page-long tree is no drawing any more. */
const LONGEST = 24;

/** One chain for each task that failed or is blocked, in the order given. */
export function chainsOf(g: Gathering, stuck: readonly StuckTask[]): Chain[] {
  return stuck.map((task) => {
    const { cause } = task;
    const links: ChainLink[] = [];
    if (cause?.owner != null && cause.owner !== task.task) {
      links.push({ task: cause.owner, depth: 0, state: stateOf(g, cause.owner), note: unfinished(cause) });
    }
    const depth = links.length;
    links.push({ task: task.task, depth, state: stateOf(g, task.task), note: '' });
    const waiters = g.downstream.waiters(task.task, LONGEST);
    const under = new Map<string, typeof waiters>();
    for (const waiter of waiters) {
      const siblings = under.get(waiter.through);
      if (siblings) siblings.push(waiter);
      else under.set(waiter.through, [waiter]);
    }
    const place = (through: string): void => {
      for (const { task: name, depth: below } of under.get(through) ?? []) {
        links.push({ task: name, depth: depth + below, state: stateOf(g, name), note: '' });
        place(name);
      }
    };
    place(task.task);
    return { links, more: task.holdsUp - waiters.length };
  });
}

function stateOf(g: Gathering, name: string): TaskState {
  return g.states.of.get(name) ?? 'pending';
}

/** `its receipt says done, yet …`, with the place unless the evidence names it itself. */
function unfinished(cause: RootCause): string {
  const said =
    cause.claim === null ? '' : cause.claim.present ? 'its receipt says done, yet ' : 'it was done once, yet ';
  return `${said}${evidenceOf(cause)}`;
}

/** What is wrong and where, as one clause: the place is put before evidence that does not name it itself. */
export function evidenceOf(cause: RootCause): string {
  const place = whereIs(cause);
  const { message } = cause;
  const named = message.includes(cause.symbol ?? cause.file ?? '') && message.includes(cause.file ?? '');
  return place === '' || named ? message : `${place}: ${message}`;
}

/** `openai_start_stream in src/openai.c:88`, with what of it is known; '' where nothing is. */
export function whereIs(cause: {
  readonly symbol: string | null;
  readonly file: string | null;
  readonly line: number | null;
}): string {
  const place = cause.file === null ? '' : `${cause.file}${cause.line === null ? '' : `:${cause.line}`}`;
  if (cause.symbol === null) return place;
  return place === '' ? cause.symbol : `${cause.symbol} in ${place}`;
}

const WORD: Readonly<Record<TaskState, string>> = {
  done: 'marked done',
  deferred: 'deferred',
  failed: 'FAILED',
  blocked: 'BLOCKED',
  waiting: 'waits for you',
  interrupted: 'interrupted',
  running: 'running',
  pending: 'waits',
};

/**
 * A chain as lines of plain text, printable, without a newline at the end:
 *
 *     openai-streaming-chat (marked done): openai_start_stream in src/openai.c:88: returns ERR(NOT_IMPLEMENTED)
 *       ↓
 *     tests-openai-streaming (BLOCKED)
 *       ↓
 *       verify-providers (waits)
 */
export function drawChain(chain: Chain): string {
  const lines: string[] = [];
  // The owner and the one that stopped stand flush, one below the other; only what waits behind is set in.
  const stopped = Math.max(
    0,
    chain.links.findIndex(({ state }) => state === 'failed' || state === 'blocked'),
  );
  let before: ChainLink | null = null;
  for (const link of chain.links) {
    const margin = '  '.repeat(Math.max(0, link.depth - stopped));
    if (before !== null && link.depth > before.depth) lines.push(`${margin || '  '}↓`);
    const note = link.note === '' ? '' : `: ${gist(link.note, 160)}`;
    lines.push(printable(`${margin}${link.task} (${WORD[link.state]})${note}`));
    before = link;
  }
  if (chain.more > 0) lines.push(`  … and ${chain.more} more that wait`);
  return lines.join('\n');
}
