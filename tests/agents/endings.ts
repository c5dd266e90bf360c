/** Every way of ending in the table, with the real programs: whole steps, and what follows from each. */
import { existsSync, rmSync } from 'node:fs';
import type { CliKind } from '../../src/agents/rungs.js';
import { EXIT } from '../../src/diagnostic.js';
import { CASES, type Case, type Expected, expectedOf, OUTSIDE } from '../rig/cases.js';
import { followsFrom } from '../rig/follows.js';
import type { Project } from '../rig/project.js';
import { assert, suite } from '../rig/suite.js';
import { RECORD, record } from './recording.js';
import { config, events, inTime, LONG, nothingHeld, outcomes, RESCUE, scene, testOf } from './scene.js';

/** Only the cases whose name holds this. */
const ONLY = process.env.STEPLADDER_CASE;

/** How often it is tried again, which is the same for all that pass: not at all where it has been seen, or takes long. */
const retriesOf = (one: Case): number => (one.name === '429' || one.name === 'html' ? 1 : 0);

function yaml(kind: CliKind, one: Case, more: Readonly<Record<string, unknown>>): string {
  const own = { kind, args: one.args ?? [], permissions: one.permissions ?? 'bypass' };
  const agents = { ...RESCUE.agents, [kind]: own };
  const ladder = [one.rung ?? 'sonnet/thinking', 'rescuer:any/none'];
  return config(kind, { agents, ladder, repairs: 0, retries: retriesOf(one), ...more });
}

/** What the table says of the end itself, as far as a step tells it. */
function heldTo(expected: Expected, project: Project, output: string): void {
  const [first] = events(project, 'attempt-finished');
  if (expected.reason !== undefined) assert.match(first?.reason ?? '', expected.reason);
  if (expected.remedy !== undefined) assert.match(output, expected.remedy);
  if (typeof expected.resetsAt !== 'number') return;
  // A line of output may be shortened.
  assert.match(events(project, 'halted')[0]?.reason ?? '', new Date(expected.resetsAt).toISOString());
}

/** What a case leaves that is its own. */
function leaves(one: Case, project: Project): void {
  if (one.name === 'success') {
    assert.is(project.read('hi.txt'), 'hi\n');
    assert.is(project.read('new.txt'), 'one\ntwo\n');
  }
  if (one.name === 'denied') assert.not.ok(project.exists('denied.txt'));
  if (one.name === 'denied-outside') assert.not.ok(existsSync(OUTSIDE));
}

/** @param limit on the attempt, and what is to be called where it was over before anything was asked of the provider */
function wholeStep(
  kind: CliKind,
  one: Case,
  expected: Expected,
  limit?: { readonly timeout: string; readonly tooEarly: () => void },
): Promise<void> {
  const retries = retriesOf(one);
  const follows = followsFrom(expected, retries);
  const tasks = { greet: '---\nchanges: none\n---\n# Write what is asked for\n' };
  const options = {
    tasks,
    config: yaml(kind, one, limit === undefined ? {} : { timeout: limit.timeout }),
    nobody: one.nobody === true,
  };
  // Whatever an earlier run of the tests has left there.
  rmSync(OUTSIDE, { force: true });
  return scene(kind, one.script, options, async ({ project, orchestrate }) => {
    const taken = Object.entries(one.env ?? {}).map(([name, value]) => [name, value === '' ? undefined : value]);
    const ran = await orchestrate(Object.fromEntries(taken));
    if (limit !== undefined && outcomes(project)[0] === 'timeout') return limit.tooEarly();
    assert.equal(outcomes(project), follows.outcomes, JSON.stringify(events(project, 'attempt-finished')));
    heldTo(expected, project, ran.output);
    assert.is(ran.code, follows.exit === EXIT.done ? 0 : 2, ran.output);
    if (follows.exit !== EXIT.done) assert.match(ran.output, new RegExp(`Error ${follows.exit}\\b`));
    assert.is(project.receipt('greet') !== null, follows.exit === EXIT.done);
    assert.is(project.exists('rescued.txt'), events(project, 'escalated').length > 0);
    assert.is(events(project, 'halted').length > 0, follows.exit === EXIT.halted);
    assert.is(events(project, 'retried').length, expected.end === 'transient' ? retries : 0);
    if (follows.nothingHeld) nothingHeld(project, 'greet');
    leaves(one, project);
  });
}

/** Where it would go on for minutes before the runner gives up on it: its time is up, and what it was at counts. */
const outage = (kind: CliKind, one: Case, expected: Expected): Promise<void> =>
  inTime(30, (seconds, tooEarly) => wholeStep(kind, one, expected, { timeout: `${seconds}s`, tooEarly }));

/**
 * The table for one agent, but for outages or only those; with STEPLADDER_RECORD=1 it is recorded anew instead.
 * @param outages the cases in which an agent would try its provider again and again: they are waited for
 */
export function endingsOf(kind: CliKind, outages: boolean): void {
  const test = testOf(suite(`${kind}, the real one${outages ? ', without its provider' : ''}`), kind);
  const cases = CASES.flatMap((one) => {
    const expected = expectedOf(one, kind);
    if (expected === null || (one.patienceMs !== undefined) !== outages) return [];
    return ONLY === undefined || one.name.includes(ONLY) ? [{ one, expected }] : [];
  });
  const none = cases.length === 0 ? ['all'] : [];
  for (const title of none) test.skip(title, 'none has such a name');
  for (const { one, expected } of cases) {
    const { words } = followsFrom(expected, retriesOf(one));
    if (RECORD) test(`${one.name} is recorded`, () => record(kind, one, expected), LONG);
    else if (outages) test(`${one.name} is ${expected.end}: ${words}`, () => outage(kind, one, expected), LONG);
    else test(`${one.name} is ${expected.end}: ${words}`, () => wholeStep(kind, one, expected), LONG);
  }
}
