/** A backlog as a long run leaves it, of any size: every state, climbs, reopenings, costs. The same at every call. */
import { LADDER, Story, type Try } from './story.js';

const GROUPS = ['Configuration', 'Database', 'Providers', 'OpenAI', 'Google', 'Anthropic', 'REPL', 'Tests', 'Docs'];
const VERBS = ['create', 'migrate', 'wire', 'test', 'verify', 'split', 'document', 'stream'];
const THINGS = [
  'credentials',
  'provider',
  'sse-parser',
  'fork-model',
  'tool-calls',
  'cassettes',
  'status-bar',
  'errors',
];
const M = 60_000;

const [, THINKING = '', EXTENDED = '', OPUS = '', ULTRA = ''] = LADDER;
const PATHS: readonly (readonly string[])[] = [
  [THINKING],
  [THINKING],
  [THINKING, EXTENDED],
  [THINKING],
  [THINKING, THINKING],
  [THINKING, EXTENDED, OPUS],
  [THINKING],
  [EXTENDED, OPUS, ULTRA],
];

/** How the task of that number ended: three quarters are done, and of those behind only some were begun. */
function endOf(at: number, size: number): 'done' | 'failed' | 'blocked' | 'question' | 'cut' | 'open' | 'deferred' {
  const part = at / size;
  if (part > 0.9) return 'open';
  if (part < 0.7) return at % 97 === 50 ? 'deferred' : 'done';
  return (
    (['done', 'failed', 'open', 'done', 'blocked', 'done', 'question', 'open', 'cut', 'done'] as const)[at % 10] ??
    'open'
  );
}

/** @param title what every task's title ends with */
export function busyBacklog(size: number, title = ''): Story {
  // Chance that is the same every time.
  let seed = 42;
  const dice = (sides: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * sides);
  };
  const story = new Story().say({ type: 'run-started', pending: size, done: 0 });
  const names: string[] = [];
  for (let at = 0; at < size; at += 1) {
    const group = GROUPS[Math.floor((at / size) * GROUPS.length)] ?? null;
    const name = `${VERBS[at % 8]}-${THINGS[Math.floor(at / 8) % 8]}-${at}`;
    const needs = Array.from({ length: dice(4) }, () => at - 1 - dice(Math.min(at, 24))).filter((other) => other >= 0);
    const depends = [...new Set(needs)].map((other) => names[other] ?? '');
    story.task(name, depends, { title: `Title of task ${at}${title}`, group: at % 31 === 30 ? null : group });
    names.push(name);
    end(story, name, at, endOf(at, size), depends[0] ?? null, dice);
  }
  return story;
}

function end(
  story: Story,
  name: string,
  at: number,
  how: ReturnType<typeof endOf>,
  needed: string | null,
  dice: (sides: number) => number,
): void {
  const rungs = PATHS[at % PATHS.length] ?? [THINKING];
  const bad = `make check is red (exit 2): 3 of ${20 + (at % 9)} tests fail in src/part-${at % 40}.c\nexpected 200, got 500`;
  const tries = (last: Try['outcome'], reason: string): Try[] =>
    rungs.map((rung, step) => {
      const isLast = step === rungs.length - 1;
      const ms = (2 + dice(20)) * M + dice(60) * 1000;
      return { rung, ms, usd: 0.05 + dice(90) / 100, outcome: isLast ? last : 'failed', reason: isLast ? reason : bad };
    });
  if (how === 'done') {
    const claimed = at % 3 === 0 ? ['the wording is friendly', 'no other caller is affected'] : [];
    const evidence = at % 20 === 7 ? 'none' : at % 3 === 0 ? 'weak' : 'strong';
    story.step(name, tries('done', ''), { claimed, changed: [`src/part-${at % 40}.c`, `tests/${name}.c`], evidence });
    story.commits.set(name, `${(0xabc0000 + at).toString(16)}0123456789`);
  } else if (how === 'deferred') story.holds(name, { state: 'deferred' });
  else if (how === 'failed') story.step(name, tries('failed', bad)).fails(name, 'failed', tries('failed', bad));
  else if (how === 'blocked') blocked(story, name, needed);
  else if (how === 'question') asks(story, name);
  else if (how === 'cut') story.attempts(name, [{ rung: THINKING, outcome: 'interrupted', ms: 3 * M }]);
}

function blocked(story: Story, name: string, needed: string | null): void {
  const reason = `start_stream() is not implemented: it returns ERR(NOT_IMPLEMENTED)`;
  const tries: Try[] = [{ rung: THINKING, outcome: 'blocked', reason, ms: 4 * M }];
  story.step(name, tries);
  if (needed === null) {
    story.fails(name, 'blocked', tries);
    return;
  }
  const place = { symbol: 'start_stream', file: 'src/stream.c', line: 88, commit: 'c0ffee1' };
  const evidence = 'start_stream in src/stream.c:88 returns ERR(NOT_IMPLEMENTED)';
  story.say({ type: 'reopened', task: needed, by: name, evidence, ...place });
  story.fails(name, 'blocked', tries, { by: needed, claim: { owner: needed, evidence, ...place } });
}

function asks(story: Story, name: string): void {
  const question = 'Should the cassettes hold the real answers of the provider, or shortened ones?';
  const tries: Try[] = [{ rung: THINKING, outcome: 'question', reason: question, ms: 2 * M }];
  story.step(name, tries).fails(name, 'question', tries, { question, options: ['the real ones', 'shortened ones'] });
}
