/** Facts → what the page's script is given: packed, and within the size of a page that a browser opens at once. */
import { whereIs } from '../chain.js';
import { transitionsOf } from '../gather/spent.js';
import { cut } from '../gist.js';
import type { Drawing } from '../graph/drawing.js';
import { lookOf } from '../graph/marks.js';
import type { DoneTask, Facts, StuckTask, TimelineAttempt, Waiting } from '../shape.js';
import { shellWord } from '../shell-word.js';
import type { TextAt, Wire, WireAttempt, WireTask } from './wire.js';

/** Of the data, in characters: what else is on the page takes a megabyte or two. */
const LARGEST = 5_500_000;
const LONGEST_TEXT = 4000;
const SHORTEST_TEXT = 60;
/** Of each list of a task: beyond it the page counts. */
const LONGEST_LIST = 40;

export interface Packed {
  /** A `Wire`, as JSON. */
  readonly json: string;
  /** Of any text: what is longer is cut. */
  readonly longest: number;
}

/** Packs every task; texts are cut shorter, and shorter again, until the whole is small enough. */
export function pack(facts: Facts, drawing: Drawing, root: string): Packed {
  let longest = LONGEST_TEXT;
  for (;;) {
    const json = JSON.stringify(packed(facts, drawing, root, longest));
    if (longest <= SHORTEST_TEXT || json.length <= LARGEST) return { json, longest };
    longest = Math.max(SHORTEST_TEXT, Math.floor(longest / 4));
  }
}

/** The texts, each once. */
class Texts {
  readonly list: string[] = [];
  private readonly places = new Map<string, TextAt>();

  constructor(private readonly longest: number) {}

  at(text: string): TextAt {
    const shown = cut(text, this.longest);
    const known = this.places.get(shown);
    if (known !== undefined) return known;
    this.places.set(shown, this.list.length);
    return this.list.push(shown) - 1;
  }

  all(texts: readonly string[]): TextAt[] {
    const rest = texts.length - LONGEST_LIST;
    const shown = texts.slice(0, LONGEST_LIST).map((text) => this.at(text));
    return rest > 0 ? [...shown, this.at(`… and ${rest} more in report.json`)] : shown;
  }
}

function packed(facts: Facts, drawing: Drawing, root: string, longest: number): Wire {
  const texts = new Texts(longest);
  const done = new Map(facts.done.map((task) => [task.task, task]));
  const stuck = new Map([...facts.failed, ...facts.blocked].map((task) => [task.task, task]));
  const waiting = new Map(facts.waiting.map((task) => [task.task, task]));
  const remaining = new Map(facts.remaining.map((task) => [task.task, task]));
  const numbers = new Map(facts.backlog.map(({ task }, at) => [task, at]));
  const attempts = new Map<string, TimelineAttempt[]>();
  for (const attempt of facts.timeline.attempts) {
    const known = attempts.get(attempt.task);
    if (known) known.push(attempt);
    else attempts.set(attempt.task, [attempt]);
  }
  const climbs = new Map<string, number>();
  for (const { task } of facts.timeline.escalations) climbs.set(task, (climbs.get(task) ?? 0) + 1);
  const tasks = facts.backlog.map((task, at): WireTask => {
    const needs = task.depends.flatMap((name) => numbers.get(name) ?? []);
    const rest = remaining.get(task.task);
    const box = drawing.kind === 'map' ? drawing.boxes[at] : undefined;
    const journaled = (attempts.get(task.task) ?? []).map((attempt) => journaledTry(attempt, texts));
    const own = done.get(task.task) ?? stuck.get(task.task);
    const known = [...journaled, ...(task.elsewhere ?? []).map((entry) => receiptTry(entry, texts))];
    // Of a failure whose journal is gone its record tells.
    const told = known.length > 0 ? known : (own?.path ?? []).map((entry) => receiptTry(entry, texts));
    const climbed = (climbs.get(task.task) ?? 0) + transitionsOf(task.elsewhere ?? []).length;
    return {
      name: task.task,
      look: lookOf(task),
      title: texts.at(task.title),
      file: texts.at(task.file),
      ...(task.group === null ? {} : { group: texts.at(task.group) }),
      ...(task.layer === null ? {} : { layer: texts.at(task.layer) }),
      ...(needs.length === 0 ? {} : { needs }),
      ...(told.length === 0 ? {} : { tries: told.slice(-LONGEST_LIST), attempts: told.length }),
      ...(own === undefined ? attempted(told, climbed) : common(own, texts)),
      ...doneWords(done.get(task.task), facts, texts),
      ...stuckWords(stuck.get(task.task), waiting.get(task.task), facts, texts),
      ...(rest === undefined ? {} : { why: texts.at(rest.why), ...keptCommand(rest.kept, facts.workspace, texts) }),
      ...(box === undefined ? {} : { at: [box.x + box.width / 2, box.y + box.height / 2] as const }),
    };
  });
  return { texts: texts.list, tasks, root, graph: drawing.kind };
}

function journaledTry(attempt: TimelineAttempt, texts: Texts): WireAttempt {
  const { rung, outcome, durationMs, costUsd, reason, agent, record } = attempt;
  return [
    texts.at(rung),
    texts.at(outcome),
    durationMs,
    costUsd,
    reason === '' ? -1 : texts.at(reason),
    agent === null ? -1 : texts.at(agent),
    record === null ? -1 : texts.at(record),
  ];
}

function receiptTry(entry: DoneTask['path'][number], texts: Texts): WireAttempt {
  const { rung, outcome, durationMs, costUsd = null, reason, model } = entry;
  const by = model === null ? -1 : texts.at(model);
  return [texts.at(rung), texts.at(outcome), durationMs, costUsd, reason === '' ? -1 : texts.at(reason), by, -1];
}

/** Of a task that is neither done nor stuck: what its attempts took, and how often it climbed. */
function attempted(tries: readonly WireAttempt[], climbs: number): Partial<WireTask> {
  if (tries.length === 0) return {};
  const costs = tries.flatMap(([, , , usd]) => usd ?? []);
  return {
    ms: tries.reduce((sum, [, , ms]) => sum + ms, 0),
    ...(climbs === 0 ? {} : { climbs }),
    ...(costs.length === 0 ? {} : { usd: costs.reduce((sum, usd) => sum + usd, 0) }),
  };
}

function common(task: DoneTask | StuckTask, texts: Texts): Partial<WireTask> {
  return {
    ...(task.rung === null ? {} : { rung: texts.at(task.rung) }),
    ...(task.escalations === 0 ? {} : { climbs: task.escalations }),
    ...(task.reopened === 0 ? {} : { reopened: task.reopened }),
    ...(task.durationMs === null ? {} : { ms: task.durationMs }),
    ...(task.costUsd === null ? {} : { usd: task.costUsd }),
    ...(task.finished === null ? {} : { finished: texts.at(task.finished) }),
  };
}

function doneWords(task: DoneTask | undefined, facts: Facts, texts: Texts): Partial<WireTask> {
  if (task === undefined) return {};
  const some = (texts_: readonly string[]): TextAt[] | null => (texts_.length === 0 ? null : texts.all(texts_));
  const claimed = some(task.claimed);
  const findings = some(task.findings.map((one) => `${one.severity}, ${one.kind}: ${whereIs(one)}: ${one.message}`));
  const stubs = some(task.stubs.map((one) => `${one.symbol} in ${one.file}, until ${one.until}`));
  const changed = some(task.changed);
  const checks = task.checks.slice(0, LONGEST_LIST).map(({ check, durationMs, redBefore, flaky }) => {
    return [texts.at(check), durationMs, redBefore ? 1 : 0, flaky || task.flaky.includes(check) ? 1 : 0] as const;
  });
  const asserted = task.state === 'asserted' ? 'an empty receipt: asserted by hand' : '';
  const why = task.state === 'approved' || task.state === 'accepted' ? `${task.state} by a person` : asserted;
  return {
    ...(task.agent === null ? {} : { agent: texts.at(task.agent) }),
    ...(task.evidence === null ? {} : { evidence: texts.at(task.evidence) }),
    ...(why === '' ? {} : { why: texts.at(why) }),
    ...(checks.length === 0 ? {} : { checks }),
    ...(claimed === null ? {} : { claimed }),
    ...(findings === null ? {} : { findings }),
    ...(stubs === null ? {} : { stubs }),
    ...(changed === null ? {} : { changed }),
    ...(task.commit === null
      ? {}
      : { commands: [[texts.at('its change'), texts.at(showCommand(facts.workspace, task.commit))] as const] }),
  };
}

function stuckWords(
  task: StuckTask | undefined,
  asks: Waiting | undefined,
  facts: Facts,
  texts: Texts,
): Partial<WireTask> {
  const why = task?.reason ?? asks?.text;
  return {
    ...(why === undefined ? {} : { why: texts.at(why) }),
    ...keptCommand(task?.kept ?? null, facts.workspace, texts),
    ...(asks === undefined
      ? {}
      : { commands: asks.commands.map((command) => [texts.at('to go on'), texts.at(command)] as const) }),
  };
}

function keptCommand(kept: StuckTask['kept'], workspace: string, texts: Texts): Partial<WireTask> {
  if (kept === null) return {};
  const commands = [
    [texts.at('bring its work back'), texts.at(kept.restore)] as const,
    [texts.at('see it as a patch'), texts.at(showCommand(workspace, kept.ref))] as const,
  ];
  return { commands };
}

/** The command that shows a commit as a patch. */
export function showCommand(workspace: string, commit: string): string {
  return ['git', ...(workspace === '.' ? [] : ['-C', shellWord(workspace)]), 'show', shellWord(commit)].join(' ');
}
