/** Time as a place on a line: hours in which nothing happened take no room, and are marked as left out. */

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface TimeScale {
  /** The place of a moment, in pixels. */
  at(ms: number): number;
  /** Moments at which the axis is labelled. */
  readonly ticks: readonly number[];
  /** Where time was left out, and how much. */
  readonly gaps: readonly { readonly x: number; readonly ms: number }[];
}

const GAP_WIDTH = 26;
/** What is idle for longer than this part of the busy time is left out. */
const LONG = 0.06;
const LEAST_BETWEEN_TICKS = 86;
const STEPS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 86_400, 604_800].map((s) => s * 1000);

/** @param spans in which something happened, in any order; at least one */
export function timeScale(spans: readonly Span[], left: number, right: number): TimeScale {
  const busy = merged(spans);
  const total = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const stretches = joined(busy, Math.max(total * LONG, 1000));
  const shown = stretches.reduce((sum, { from, to }) => sum + to - from, 0) || 1;
  const perMs = Math.max(0, right - left - GAP_WIDTH * (stretches.length - 1)) / shown;
  const starts: number[] = [];
  let x = left;
  for (const { from, to } of stretches) {
    starts.push(x);
    x += (to - from) * perMs + GAP_WIDTH;
  }
  const at = (ms: number): number => {
    const index = Math.max(
      0,
      stretches.findLastIndex(({ from }) => ms >= from),
    );
    const { from, to } = stretches[index] ?? { from: ms, to: ms };
    return (starts[index] ?? left) + (Math.min(Math.max(ms, from), to) - from) * perMs;
  };
  const gaps = stretches.slice(1).map(({ from }, index) => ({
    x: (starts[index + 1] ?? left) - GAP_WIDTH / 2,
    ms: from - (stretches[index]?.to ?? from),
  }));
  return {
    at,
    ticks: spaced(
      stretches.flatMap((stretch) => ticksOf(stretch, perMs)),
      at,
    ),
    gaps,
  };
}

function merged(spans: readonly Span[]): Span[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}

function joined(busy: readonly Span[], longest: number): Span[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of busy) {
    const last = out.at(-1);
    if (last !== undefined && from - last.to <= longest) last.to = to;
    else out.push({ from, to });
  }
  return out;
}

function ticksOf({ from, to }: Span, perMs: number): number[] {
  const step = STEPS.find((one) => one * perMs >= LEAST_BETWEEN_TICKS) ?? Number.POSITIVE_INFINITY;
  const ticks = [from];
  if (!Number.isFinite(step)) return ticks;
  for (let tick = Math.ceil(from / step) * step; tick < to; tick += step) ticks.push(tick);
  return ticks;
}

function spaced(ticks: readonly number[], at: (ms: number) => number): number[] {
  const out: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const tick of ticks) {
    if (at(tick) - last < LEAST_BETWEEN_TICKS) continue;
    out.push(tick);
    last = at(tick);
  }
  return out;
}
