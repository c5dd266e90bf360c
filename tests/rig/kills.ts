/** SIGKILL at random instants, again and again, of whatever is at work in a project. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { scanJournal } from '../../src/record/journal.js';
import { type Chance, chance, counted, seed } from './chance.js';
import { type Part, processesOf } from './observing.js';
import type { Project, Running } from './project.js';
import { assert, type Suite } from './suite.js';
import {
  assertDoneAndClean,
  assertReceiptsCommitted,
  FORMS,
  type Form,
  formName,
  wideProject,
} from './wide-backlog.js';

const VICTIMS = ['outer', 'inner', 'run', 'step', 'agent'] as const satisfies readonly Part[];
/** `all`: everything at once but its agents, which outlive it. */
type Victim = (typeof VICTIMS)[number] | 'all';

export type Kills = Record<Victim, number>;

const none = (): Kills => ({ outer: 0, inner: 0, run: 0, step: 0, agent: 0, all: 0 });

const TASKS = 6;
/** Between two kills: long enough for a run to get to its agents, on a busy machine as well. */
const LONGEST_PAUSE_MS = 4000;
/** So that a backlog gets done between them. */
const MOST_A_BACKLOG = 10;

const inMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One test for each form, with so many kills in it. */
export function testKills(test: Suite, times: number): void {
  for (const form of FORMS) {
    test(
      `each task is done once, none is lost, nothing unverified is on the branch (${formName(form)})`,
      async () => {
        const begun = chance(seed());
        const kills = await survivesKills(form, begun, times);
        const total = Object.values(kills).reduce((sum, n) => sum + n, 0);
        counted(`${total} kills (${formName(form)}, seed ${begun.seed}): ${JSON.stringify(kills)}`);
        assert.is(total, times);
      },
      { timeoutMs: 1_700_000 },
    );
  }
}

/** As many kills as asked for, in as many backlogs as that takes. */
async function survivesKills(form: Form, chance: Chance, times: number): Promise<Kills> {
  const all = none();
  for (let total = 0; total < times; ) {
    const kills = await survives(form, chance, Math.min(times - total, MOST_A_BACKLOG));
    for (const victim of [...VICTIMS, 'all'] as const) {
      all[victim] += kills[victim];
      total += kills[victim];
    }
  }
  return all;
}

/**
 * Lets a backlog of six run, kills something of it so many times, goes on from whatever that left, at once or when all is
 * quiet, until all is done; then looks whether it is as if nothing had happened.
 */
async function survives(form: Form, chance: Chance, times: number): Promise<Kills> {
  const kills = none();
  const made = await wideProject({ form, tasks: TASKS, chance, longestMs: 1500, chained: 4 });
  const told: string[] = [];
  const runs: Running[] = [];
  let gits = 0;
  const start = (...more: string[]): Running => {
    if (gits > 0) unlockGit(made);
    const run = made.start('make', [`-j${form.jobs}`, ...more, 'orchestrate'], { timeoutMs: 600_000 });
    runs.push(run);
    return run;
  };
  try {
    for (let killed = 0; killed < times; ) {
      if (processesOf(made).length === 0) {
        if (isDone(made)) break;
        start('RETRY=1');
      }
      // The instant is chance, not a time to wait for: whatever is going on then is what is cut.
      await inMs(chance.between(0, LONGEST_PAUSE_MS));
      // Agents are there for a moment only: some have to be waited for.
      if (chance.next() < 0.25) await anAgent(made);
      const found = processesOf(made);
      const there = VICTIMS.filter((victim) => found.some(({ part }) => part === victim));
      if (there.length === 0) continue;
      const one = there.includes('agent') && chance.next() < 0.75 ? 'agent' : chance.oneOf(there);
      const victim: Victim = chance.next() < 0.25 ? 'all' : one;
      const hit =
        victim === 'all'
          ? found.filter(({ part }) => part !== 'agent' && part !== 'other')
          : [chance.oneOf(found.filter(({ part }) => part === victim))];
      for (const { pid } of hit) end(pid);
      gits += hit.filter(({ part }) => part === 'git').length;
      killed += 1;
      kills[victim] += 1;
      told.push(`${victim} ${hit.map(({ pid }) => pid).join(' ')}`);
      assertReceiptsCommitted(made);
      if (chance.next() < 0.5) start();
    }
    for (let tries = 0; tries < 5 && !isDone(made); tries += 1) await start('RETRY=1').done;
    await Promise.all(runs.map((run) => run.done));
    // What was killed when all was done already is put in order by whoever comes next.
    await start().done;
    await assertDoneAndClean(made, TASKS);
    const { torn } = scanJournal(made.root, () => {});
    assert.ok(torn <= times, `${torn} torn lines`);
  } catch (error) {
    console.log(
      `${made.transcript()}\n${formName(form)}, seed ${chance.seed}; killed: ${told.join(', ')}\n(kept in ${made.root})`,
    );
    made.close(true);
    throw error;
  }
  made.close();
  return kills;
}

/** Resolves once an agent is at work; soon, where none comes. */
async function anAgent(made: Project): Promise<void> {
  const until = performance.now() + LONGEST_PAUSE_MS;
  while (performance.now() < until && !processesOf(made).some(({ part }) => part === 'agent')) await inMs(10);
}

/**
 * Of git's own locks nobody but a person knows whether the git that left them lives: where one was killed in the very
 * moment, he removes them, as git and we tell him (tests/left-locks has the telling). Ours are ours to break.
 */
function unlockGit(made: Project): void {
  if (processesOf(made).some(({ part }) => part !== 'agent' && part !== 'other')) return;
  const folder = join(made.root, '.git');
  const locks = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.lock'));
  const isOurs = (name: string): boolean => readFileSync(join(folder, name), 'latin1').startsWith('{"host":');
  for (const name of locks) if (!isOurs(name)) rmSync(join(folder, name));
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It came to its end first: an instant as good as any other.
  }
}

function isDone(made: Project): boolean {
  return Array.from({ length: TASKS }, (_, index) => `tasks/t0${index + 1}.done`).every((path) => made.exists(path));
}
