/** Stories for tests of reports: tasks, receipts and a journal as a run would have left them, with a clock of their own. */
import type { EventBody, JournalEvent, OutcomeName } from '../../src/record/event.js';
import type { PathEntry, Receipt } from '../../src/record/receipt.js';
import {
  type FactsInput,
  gatherFacts,
  type KnownFailure,
  type KnownReceipt,
  type ReportTask,
} from '../../src/report/facts.js';
import type { Facts, KeptRef } from '../../src/report/shape.js';

export const BRANCH = 'rel-07';
export const LADDER = ['sonnet/none', 'sonnet/thinking', 'sonnet/extended', 'opus/extended', 'opus/ultrathink'];
const START = Date.parse('2025-12-24T09:00:00.000Z');

/** How one attempt of a step went, in a story. */
export interface Try {
  readonly rung: string;
  readonly outcome: OutcomeName;
  readonly reason?: string;
  readonly ms: number;
  readonly usd?: number;
}

export class Story {
  readonly tasks: ReportTask[] = [];
  readonly events: JournalEvent[] = [];
  readonly receipts = new Map<string, KnownReceipt>();
  readonly failures = new Map<string, KnownFailure>();
  readonly kept = new Map<string, KeptRef[]>();
  readonly commits = new Map<string, string>();
  run = '20251224-090000-000-a1b2c3';
  branch = BRANCH;
  private clock = START;

  task(name: string, depends: readonly string[] = [], more: Partial<ReportTask> = {}): this {
    const rung = more.rung ?? 'sonnet/thinking';
    this.tasks.push({
      name,
      title: `Title of ${name}`,
      file: `tasks/${name}.md`,
      depends,
      group: null,
      layer: null,
      rung,
      checkpoint: false,
      rungs: LADDER.slice(Math.max(0, LADDER.indexOf(rung))),
      ...more,
    });
    return this;
  }

  /** An event, `ms` after the one before. */
  say(event: EventBody, ms = 0): this {
    this.clock += ms;
    this.events.push({ ...event, time: this.now(), run: this.run, branch: this.branch });
    return this;
  }

  now(): string {
    return new Date(this.clock).toISOString();
  }

  /** A step with its attempts and escalations, and the receipt where it ended done; else see `fails`. */
  step(name: string, tries: readonly Try[], receipt: Partial<Receipt> = {}): this {
    const started = this.now();
    const last = this.attempts(name, tries);
    const durationMs = tries.reduce((sum, { ms }) => sum + ms, 0);
    if (last.outcome === 'done') {
      const checks = receipt.evidence === 'none' ? [] : (receipt.verified ?? receiptOf(name).verified);
      for (const { check, flaky, durationMs } of checks) {
        this.say({ type: 'checked', task: name, check, ok: true, flaky, cached: false, durationMs });
      }
      const path = pathOf(tries);
      const finished = this.now();
      this.holds(name, { started, finished, durationMs, rung: last.rung, attempts: tries.length, path, ...receipt });
    }
    const state =
      last.outcome === 'done' || last.outcome === 'blocked' || last.outcome === 'question' ? last.outcome : 'failed';
    const reason = last.reason ?? '';
    return this.say({
      type: 'step-finished',
      task: name,
      state,
      rung: last.rung,
      attempts: tries.length,
      durationMs,
      reason,
    });
  }

  /** Only what goes before the end of a step. */
  attempts(name: string, tries: readonly Try[]): Try {
    const first = tries[0];
    const last = tries.at(-1);
    if (first === undefined || last === undefined) throw new Error('a step of a story has attempts');
    this.say({ type: 'step-started', task: name, rung: first.rung });
    for (const [at, { rung, outcome, reason = '', ms, usd }] of tries.entries()) {
      const before = tries[at - 1];
      if (before !== undefined && before.rung !== rung) {
        this.say({ type: 'escalated', task: name, from: before.rung, to: rung, reason: before.reason ?? '' });
      }
      const attempt = at + 1;
      const repair = before?.rung === rung;
      this.say({ type: 'attempt-started', task: name, attempt, rung, agent: 'claude', repair });
      const usage = usd === undefined ? null : { costUsd: usd, inputTokens: 1000, outputTokens: 100 };
      this.say({ type: 'attempt-finished', task: name, attempt, rung, outcome, reason, durationMs: ms, usage }, ms);
    }
    return last;
  }

  /** A receipt that holds. */
  holds(name: string, receipt: Partial<Receipt> = {}): this {
    this.receipts.set(name, { kind: 'receipt', receipt: receiptOf(name, receipt), stale: null });
    return this;
  }

  /** A sticky failure on record. */
  fails(name: string, state: KnownFailure['state'], tries: readonly Try[], more: Partial<KnownFailure> = {}): this {
    const last = tries.at(-1);
    this.failures.set(name, {
      state,
      reason: last?.reason ?? '',
      rung: last?.rung ?? null,
      path: pathOf(tries),
      failedChecks: [],
      question: null,
      options: [],
      by: null,
      precondition: false,
      claim: null,
      kept: null,
      reopened: 0,
      finished: this.now(),
      ...more,
    });
    return this;
  }

  input(more: Partial<FactsInput> = {}): FactsInput {
    const { tasks, events, receipts, failures, kept, commits } = this;
    const now = new Date(this.clock);
    return {
      now,
      branch: BRANCH,
      run: null,
      tasks,
      events,
      receipts,
      failures,
      kept,
      commits,
      ladder: LADDER,
      ...more,
    };
  }

  facts(more: Partial<FactsInput> = {}): Facts {
    return gatherFacts(this.input(more));
  }
}

function pathOf(tries: readonly Try[]): PathEntry[] {
  return tries.map(({ rung, outcome, reason = '', ms, usd }) => ({
    rung,
    outcome,
    reason,
    model: null,
    durationMs: ms,
    ...(usd === undefined ? {} : { costUsd: usd }),
  }));
}

export function receiptOf(task: string, more: Partial<Receipt> = {}): Receipt {
  return {
    stepladder: 1,
    task,
    state: 'done',
    fingerprint: '1:sha256:00',
    work: '0123456789abcdef.00112233aabb',
    inputs: {},
    agent: 'claude',
    rung: 'sonnet/thinking',
    attempts: 1,
    reopened: 0,
    path: [{ rung: 'sonnet/thinking', outcome: 'done', reason: '', model: null, durationMs: 60_000 }],
    started: '2025-12-23T08:00:00.000Z',
    finished: '2025-12-23T08:01:00.000Z',
    durationMs: 60_000,
    usage: {},
    tree: 'deadbeef',
    changed: [],
    evidence: 'strong',
    verified: [{ check: 'make check', durationMs: 812, redBefore: true, flaky: false }],
    claimed: [],
    findings: [],
    stubs: [],
    version: '0.1.0',
    seal: 'sha256:00',
    ...more,
  };
}
