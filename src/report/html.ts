/** The facts as one page that opens from disk: nothing in it asks anything of anybody, and nothing from outside acts in it. */
import { createHash } from 'node:crypto';
import { plural } from './durations.js';
import type { Drawing } from './graph/drawing.js';
import { layout } from './graph/layout.js';
import { LOOK_WORD, markSymbols } from './graph/marks.js';
import { graphBody } from './graph/svg.js';
import { graphTasks } from './graph/tasks.js';
import { headline } from './headline.js';
import script from './html/browser/main.ts?script';
import { flowFigure } from './html/figures/flow.js';
import { countsByLook, stateBar } from './html/figures/state-bar.js';
import { timelineFigure } from './html/figures/timeline.js';
import { pack } from './html/pack.js';
import { renderPage } from './html/render.js';
import { shown } from './html/shown.js';
import { STYLE } from './html/style.js';
import { savedKinds } from './saved.js';
import type { Facts } from './shape.js';

/** What is spelled out of each kind; the table has all. */
const MOST_SPELLED_OUT = 25;
const MOST_REMAINING = 100;
const LONGEST_CUT_UNSAID = 4000;

/**
 * report.html, whole.
 * @param root the way from the page's folder to the project's, as a link begins: `../`; '' where they are one
 */
export function reportHtml(raw: Facts, root: string): string {
  const facts = shown(raw);
  const { totals } = facts;
  const tasks = graphTasks(facts.backlog);
  const drawing = layout(tasks);
  const { json, longest } = pack(facts, drawing, root);
  const stuck = [...facts.failed, ...facts.blocked].slice(0, MOST_SPELLED_OUT);
  const title = headline(facts);
  const reopened = facts.reopenings.filter((one) => facts.run === null || one.inThisRun);
  const ready = facts.remaining.filter((task) => task.ready);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const timeline = timelineFigure(
    facts,
    totals.cost.byRung.map(({ rung }) => rung),
  );
  return renderPage(facts, {
    facts,
    totals,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    sections: sectionsOf(facts, reopened.length, timeline !== null),
    words: LOOK_WORD,
    most: MOST_SPELLED_OUT,
    counts: countsByLook(totals),
    stateBar: stateBar(totals).text,
    saved: savedKinds(totals.notPaid),
    causes: Object.fromEntries(stuck.map(({ task }, at) => [task, at + 1])),
    reopened,
    ready: ready.length,
    remaining: [...ready, ...facts.remaining.filter((task) => !task.ready)].slice(0, MOST_REMAINING),
    // What is no longer in the backlog is in no table.
    groups: totals.byGroup
      .filter(({ tasks: count }) => count > 0)
      .map(({ group, tasks: count }) => {
        return { name: group ?? 'none', value: group === null ? 'none' : `=${group}`, tasks: count };
      }),
    graph: {
      kind: drawing.kind,
      width: Math.ceil(drawing.width),
      height: Math.ceil(drawing.height),
      body: graphBody(drawing, tasks, true).text,
      note: graphNote(drawing, tasks.length),
    },
    timeline: timeline && { ...timeline, figure: timeline.figure.text },
    flow: flowFigure(totals)?.text ?? null,
    rungSum: {
      attempts: sum(totals.cost.byRung.map(({ attempts }) => attempts)),
      durationMs: sum(totals.cost.byRung.map(({ durationMs }) => durationMs)),
    },
    symbols: markSymbols().text,
    style: STYLE,
    styleHash: hashOf(STYLE),
    script,
    scriptHash: hashOf(script),
    // As JSON within a script element nothing but `<` could end it, or begin a comment.
    data: json.replaceAll('<', '\\u003c'),
    cutAt: longest < LONGEST_CUT_UNSAID ? longest : null,
  });
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function graphNote({ kind, implied }: Drawing, tasks: number): string {
  const left =
    implied === 0
      ? ''
      : ` ${plural(implied, 'dependency', 'dependencies')} that a longer way implies ${implied === 1 ? 'is' : 'are'} not drawn.`;
  const keys = 'Arrow keys go from task to task, Enter opens one, + and − zoom.';
  switch (kind) {
    case 'dagre':
      return `From left to right: a task stands behind what it depends on.${left} ${keys}`;
    case 'layers':
      return `${plural(tasks, 'task')} in columns: a task stands behind the last of what it depends on.${left} ${keys}`;
    case 'map':
      return `${plural(tasks, 'task')} are too many to be drawn with their names: each is a mark, in columns by how many tasks come before it along the longest way. A mark that is clicked or reached by the arrow keys shows what it depends on and what waits for it. The table below has all of them. ${keys}`;
  }
}

function sectionsOf(facts: Facts, reopened: number, timeline: boolean): { id: string; name: string; count: number }[] {
  const stuck = facts.failed.length + facts.blocked.length;
  return [
    { id: 'waiting', name: 'Waiting for you', count: facts.waiting.length },
    { id: 'summary', name: 'Summary', count: 0 },
    ...(stuck === 0 ? [] : [{ id: 'causes', name: 'Why it stopped', count: stuck }]),
    ...(reopened === 0 ? [] : [{ id: 'reopened', name: 'Found unfinished', count: reopened }]),
    { id: 'backlog', name: 'Tasks', count: facts.totals.tasks },
    ...(timeline ? [{ id: 'timeline', name: 'Timeline', count: 0 }] : []),
    { id: 'escalations', name: 'Escalations', count: facts.totals.escalations.total },
    { id: 'cost', name: 'Time and cost', count: 0 },
    { id: 'not-paid', name: 'Not paid', count: facts.totals.notPaid.attempts },
    { id: 'remaining', name: 'What remains', count: facts.remaining.length },
  ];
}
