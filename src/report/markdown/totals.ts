/** The report's numbers. */
import { formatCount, formatDuration, plural } from '../durations.js';
import type { Cost, NotPaid, Saved, Totals } from '../shape.js';
import { code, codeCell, lines, listed, type Markdown, md, money } from './text.js';

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
  const note = md`${plural(cost.untold, 'attempt')} told no cost; whatever they cost is not in these sums.`;
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
  const rows: readonly (readonly [string, Saved])[] = [
    ['usage limits waited out', saved.limits],
    ['outages waited out', saved.outages],
    ['flaky checks recognised', saved.flakes],
    ['questions asked instead of guessed at', saved.questions],
    ['faults laid at the right door', saved.blame],
    ['work verified again instead of done again', saved.earlyCutoff],
  ];
  const items = rows
    .filter(([, { times: often }]) => often > 0)
    .map(
      ([name, { times: often, attempts }]) =>
        md`- ${name}: ${plural(often, 'time')}, ${plural(attempts, 'attempt')} saved`,
    );
  const sum = md`Not paid: ${plural(saved.attempts, 'attempt')} that a loop which sends every failure one rung up would have made.`;
  return items.length === 0 ? [] : [sum, lines(items)];
}
