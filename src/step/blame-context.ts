/** What is known when somebody blames another task: the backlog, its receipts, the code as the step found it. */
import { join } from 'node:path';
import type { BlameContext } from '../inspect/blame.js';
import { ledgerOf } from '../inspect/ledger.js';
import { isSource, stubDetector } from '../inspect/stubs/detector.js';
import { parseReceipt, type Receipt } from '../record/receipt.js';
import { receiptSource } from '../record/stands.js';
import { git } from '../workspace/git.js';
import { landedCommits } from '../workspace/landed.js';
import { lineCommits } from '../workspace/line-commits.js';
import { snapshotFiles } from '../workspace/snapshot-files.js';
import type { StepContext } from './context.js';

/** Lends what blame is looked into with; the stub detector lives as long as `body`. */
export async function blameContext<T>(ctx: StepContext, body: (blame: BlameContext) => Promise<T>): Promise<T> {
  const detector = stubDetector();
  try {
    return await body(contextOf(ctx, (file, source) => detector.read(file, source)));
  } finally {
    detector.close();
  }
}

function contextOf(ctx: StepContext, look: BlameContext['look']): BlameContext {
  const { config, backlog, task, ws, base } = ctx;
  const receipts = new Map<string, Receipt | null>();
  const receiptOf = (name: string): Receipt | null => {
    const known = receipts.get(name);
    if (known !== undefined) return known;
    const source = receiptSource(config, name);
    const read = source === null ? null : parseReceipt(source);
    const receipt = read?.kind === 'receipt' && read.sealed && read.receipt.task === name ? read.receipt : null;
    receipts.set(name, receipt);
    return receipt;
  };
  const ledger = ledgerOf(config, backlog);
  return {
    task: task.name,
    ancestors: [...backlog.ancestors(task.name)],
    promiser: (name) => backlog.tasks.get(name) ?? null,
    delivered: receiptOf,
    putOff: () =>
      backlog.order.flatMap((leftBy) =>
        (receiptOf(leftBy)?.stubs ?? []).map(({ symbol, file, until }) => {
          return { symbol, file, until: ledger.ownerNamed(leftBy, until) ?? until, leftBy };
        }),
      ),
    cwd: ws.dir,
    inTop: (path) => ws.pathInTop(join(ws.dir, path)) ?? path,
    files: snapshotFiles(ws, base),
    look,
    isSource,
    linesOf: (file, from, to) => lineCommits(ws, base.head, file, from, to),
    landed: (name) => {
      const commit = landedCommits(ws).get(name);
      if (commit === undefined) return null;
      const [hash = '', subject = ''] = git(ws.top, ['show', '-s', '--format=%h%x00%s', commit]).split('\0');
      return { commit: hash, subject };
    },
  };
}
