/** The facts for people, as one page of Markdown, in the order of DESIGN "Report": first what waits for the reader. */
import { drawChain } from './chain.js';
import { formatMoment, plural } from './durations.js';
import { gist } from './gist.js';
import { headline, noNextStep, runLength } from './headline.js';
import { doneSection } from './markdown/done.js';
import { reopenedSection } from './markdown/reopened.js';
import { stubsSection } from './markdown/stubs.js';
import { stuckSection } from './markdown/stuck.js';
import {
  andMore,
  block,
  code,
  lines,
  listed,
  type Markdown,
  MOST_LISTED,
  MOST_SPELLED_OUT,
  md,
  money,
  page,
} from './markdown/text.js';
import { totalsSection } from './markdown/totals.js';
import type { Facts, RemainingTask } from './shape.js';
import { toRead, WAITS } from './waits.js';

/** report.md, whole. Grows with the backlog only up to what a person can read. */
export function reportMarkdown(facts: Facts): string {
  return page([
    ...opening(facts),
    ...waitingSection(facts),
    ...stoppedSection(facts),
    ...reopenedSection(facts),
    ...doneSection(facts),
    ...stuckSection('Failed', facts.failed),
    ...stuckSection('Blocked', facts.blocked),
    ...deferredSection(facts),
    ...stubsSection(facts),
    ...remainingSection(facts),
    ...totalsSection(facts.totals),
    ...chainSection(facts),
    ...nextSection(facts),
  ]);
}

function opening(facts: Facts): Markdown[] {
  const { run, totals } = facts;
  const title = headline(facts);
  const about = run
    ? md`run ${code(run.id)}, started ${formatMoment(run.started)}, ${runLength(run)}${run.costUsd === null ? '' : md`, cost ${money(run.costUsd)}`}`
    : md`no run is on record here: this is what the receipts tell`;
  const names = (tasks: readonly { readonly task: string }[]): Markdown =>
    tasks.length === 0
      ? md``
      : md` (${listed(
          tasks.map(({ task }) => code(task)),
          6,
        )})`;
  const ready = facts.remaining.filter((task) => task.ready).length;
  const counts = [
    md`- ✓ Done: ${plural(totals.done, 'task')}${run ? `, ${facts.done.filter(({ inThisRun }) => inThisRun).length} in this run` : ''}${totals.unverified > 0 ? `, ${totals.unverified} unverified` : ''}`,
    md`- ✗ Failed: ${plural(totals.failed, 'task')}${names(facts.failed)}`,
    md`- ✗ Blocked: ${plural(totals.blocked, 'task')}${names(facts.blocked)}`,
    md`- ⏸ Remaining: ${plural(facts.remaining.length, 'task')}, ${ready} of them could run now`,
  ];
  return [
    md`# ${title.charAt(0).toUpperCase() + title.slice(1)}`,
    md`Branch ${code(facts.branch)} · ${about} · written ${formatMoment(facts.gathered)}`,
    lines(counts),
  ];
}

function waitingSection({ waiting }: Facts): Markdown[] {
  const items = waiting
    .slice(0, MOST_SPELLED_OUT)
    .flatMap((item) => [
      md`### ? ${code(item.task)}${item.title === '' ? '' : md`: ${item.title}`}`,
      md`${WAITS[item.kind]}${item.since === null ? '' : ` (since ${formatMoment(item.since)})`}${item.holdsUp === 0 ? '' : `; ${plural(item.holdsUp, 'task')} behind it`}`,
      block(item.text),
      ...(toRead(item).length === 0 ? [] : [lines(toRead(item).map((option) => md`- ${gist(option, 1000)}`))]),
      block(item.commands.join('\n'), { language: 'sh' }),
    ]);
  const none = waiting.length === 0 ? [md`Nothing.`] : [];
  return [md`## Waiting for you`, ...none, ...items, ...andMore(waiting.length, MOST_SPELLED_OUT)];
}

function stoppedSection({ stopped }: Facts): Markdown[] {
  if (stopped.length === 0) return [];
  const items = stopped.slice(0, MOST_SPELLED_OUT).map(({ kind, task, reason, remedy, holdsUp }) => {
    const who = task === null ? md`` : md` ${code(task)}`;
    const then = remedy === null ? md`` : md` → ${gist(remedy)}`;
    return md`- **${kind}**${who}: ${gist(reason, 400)}${then}${holdsUp === 0 ? '' : ` (${plural(holdsUp, 'task')} behind it)`}`;
  });
  return [md`## What stopped, and why`, lines(items), ...andMore(stopped.length, MOST_SPELLED_OUT)];
}

function deferredSection({ deferred }: Facts): Markdown[] {
  if (deferred.length === 0) return [];
  const items = deferred.slice(0, MOST_LISTED).map(({ task, since, dependents }) => {
    const gone = dependents.length === 0 ? md`` : md`; gone on without it: ${listed(dependents.map(code))}`;
    return md`- ${code(task)}${since === null ? '' : `, since ${formatMoment(since)}`}${gone}`;
  });
  return [md`## Deferred`, lines(items), ...andMore(deferred.length, MOST_LISTED)];
}

function remainingSection({ remaining }: Facts): Markdown[] {
  const ready = remaining.filter((task) => task.ready);
  const others = remaining.filter((task) => !task.ready);
  const shown = [...ready, ...others].slice(0, MOST_LISTED);
  const items = shown.map((task) => md`- ${remainder(task)}`);
  const kept = shown.flatMap(({ task, kept: work }) =>
    work === null ? [] : [md`- The work on ${code(task)} is kept; bring it back with ${code(work.restore)}`],
  );
  const none = remaining.length === 0 ? [md`Nothing.`] : [];
  return [md`## What remains`, ...none, lines([...items, ...kept]), ...andMore(remaining.length, MOST_LISTED)];
}

function remainder({ task, state, ready, why, waitsFor, stuck }: RemainingTask): Markdown {
  if (state === 'running') return md`▶ ${code(task)} is running`;
  const cut = state === 'interrupted' && why !== state ? ', interrupted' : '';
  if (ready) return md`▶ ${code(task)}${cut} could run now (${gist(why)})`;
  return md`⏸ ${code(task)}${cut} waits for ${listed(waitsFor.map(code), 6)}${stuck ? ': something before it is stuck' : ''}`;
}

function chainSection({ chains }: Facts): Markdown[] {
  if (chains.length === 0) return [];
  const drawn = chains.slice(0, MOST_SPELLED_OUT).map((chain) => block(drawChain(chain)));
  return [md`## Dependency chain`, ...drawn, ...andMore(chains.length, MOST_SPELLED_OUT)];
}

function nextSection({ next, remaining }: Facts): Markdown[] {
  if (next.length === 0) return [md`## Next steps`, md`${noNextStep({ remaining })}`];
  const steps = next.map(({ command, why }, at) => {
    const text = why.charAt(0).toUpperCase() + why.slice(1);
    return lines([md`${at + 1}. ${text}:`, md``, block(command, { indent: 3, language: 'sh' })]);
  });
  return [md`## Next steps`, ...steps];
}
