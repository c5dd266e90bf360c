/** The report's numbers. */
import { formatCount, formatDuration, plural } from '../durations.js';
import { notPaidLine, savedKinds } from '../saved.js';
import type { Cost, NotPaid, Totals } from '../shape.js';
import { andMore, code, codeCell, lines, listed, type Markdown, MOST_LISTED, md, money } from './text.js';

const MOST_FLAKES = 25;

/** Counts, times, escalations, the slowest, cost by rung, flaky checks, and what was not paid. */
export function totalsSection(totals: Totals): Markdown[] {
  return [
    md`## Totals`,
    counts(totals),
    md`Time and escalations:`,
    times(totals),
    ...(totals.slowest.length === 0 ? [] : [md`Slowest tasks:`, slowest(totals)]),
    ...(totals.cost.byRung.length === 0 ? [] : costs(totals.cost)),
    ...groups(totals),
    ...(totals.flaky.length === 0 ? [] : [md`Flaky checks, red and then green on the same tree:`, flakes(totals)]),
    ...notPaid(totals.notPaid),
  ];
}

function counts(totals: Totals): Markdown {
  const rows: readonly (readonly [string, number])[] = [
    ['Pending', totals.pending],
    ['Running', totals.running],
    ['Waiting for you', totals.waiting],
    ['Done', totals.done],
    ['Failed', totals.failed],
    ['Blocked', totals.blocked],
    ['Deferred', totals.deferred],
    ['Interrupted', totals.interrupted],
  ];
  const items = rows.map(([name, count]) => md`- ${name}: ${plural(count, 'task')}`);
  return lines([...items, md`- **Total: ${plural(totals.tasks, 'task')}**`]);
}

function times({ time, escalations }: Totals): Markdown {
  const steps = escalations.transitions.map(({ from, to, count }) => md`  - ${code(from)} → ${code(to)}: ${count}`);
  return lines([
    ...(time.tasks === 0
      ? []
      : [
          md`- Total time: ${formatDuration(time.totalMs)} across ${plural(time.tasks, 'task')} done or failed`,
          md`- Average time per task: ${formatDuration(time.averageMs)}`,
        ]),
    md`- Total escalations: ${escalations.total}`,
    ...steps,
  ]);
}

function slowest(totals: Totals): Markdown {
  return lines(
    totals.slowest.map(
      ({ task, durationMs, escalations }, at) =>
        md`${at + 1}. ${code(task)} - ${formatDuration(durationMs)} (${plural(escalations, 'escalation')})`,
    ),
  );
}

function costs(cost: Cost): Markdown[] {
  const row = (name: Markdown, attempts: number, ms: number, { usd, inputTokens, outputTokens }: Told): Markdown =>
    md`| ${name} | ${formatCount(attempts)} | ${formatDuration(ms)} | ${usd === null ? 'not told' : money(usd)} | ${tokens(inputTokens)} | ${tokens(outputTokens)} |`;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const all = { attempts: sum(cost.byRung.map((r) => r.attempts)), ms: sum(cost.byRung.map((r) => r.durationMs)) };
  const table = lines([
    md`| Rung | Attempts | Time | Cost | Tokens in | Tokens out |`,
    md`| --- | ---: | ---: | ---: | ---: | ---: |`,
    ...cost.byRung.map((rung) => row(codeCell(rung.rung), rung.attempts, rung.durationMs, rung)),
    row(md`**All**`, all.attempts, all.ms, cost),
  ]);
  const note = md`${plural(cost.untold, 'attempt')} told no cost; what that comes to is not in these sums.`;
  return [md`Cost by rung:`, table, ...(cost.untold > 0 && cost.usd !== null ? [note] : [])];
}

type Told = Pick<Cost, 'usd' | 'inputTokens' | 'outputTokens'>;

function tokens(count: number | null): string {
  return count === null ? 'not told' : formatCount(count);
}

function flakes(totals: Totals): Markdown {
  return lines(
    totals.flaky
      .slice(0, MOST_FLAKES)
      .map(
        ({ check, times: often, tasks }) =>
          md`- ${code(check)}: ${plural(often, 'time')}, in ${listed(tasks.map(code), 6)}`,
      ),
  );
}

/** What each of these means, to the event, stands in not-paid.ts. */
function notPaid(saved: NotPaid): Markdown[] {
  const kinds = savedKinds(saved);
  const happened = kinds.filter(({ times: often }) => often > 0);
  if (happened.length === 0) return [];
  const items = happened.map(
    ({ meaning, times: often, attempts, causes }) =>
      md`- ${meaning}: ${plural(often, 'time')}, ${plural(attempts, 'attempt')} saved (${listed(
        causes.map(({ task }) => code(task)),
        6,
      )})`,
  );
  return [md`${notPaidLine(saved)} that a loop which sends every failure one rung up would have made.`, lines(items)];
}

/** All groups, where the backlog has any; their sums are the totals'. */
function groups({ byGroup }: Totals): Markdown[] {
  if (!byGroup.some(({ group }) => group !== null)) return [];
  const rows = byGroup
    .slice(0, MOST_LISTED)
    .map(
      ({ group, tasks, done, time, attempts, escalations, usd }) =>
        md`| ${group === null ? md`none` : codeCell(group)} | ${formatCount(tasks)} | ${formatCount(done)} | ${formatDuration(time.totalMs)} | ${formatDuration(time.averageMs)} | ${formatCount(attempts)} | ${formatCount(escalations)} | ${usd === null ? 'not told' : money(usd)} |`,
    );
  return [
    md`By group:`,
    lines([
      md`| Group | Tasks | Done | Time | Average | Attempts | Escalations | Cost |`,
      md`| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`,
      ...rows,
    ]),
    ...andMore(byGroup.length, MOST_LISTED),
  ];
}
