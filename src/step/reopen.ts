/**
 * A task found unfinished by whoever builds on it is opened again: its receipt is taken back, with the evidence, which
 * its next prompt carries (DESIGN, outcome `blocked`). A process may die between any two of these acts; what was meant
 * is written down first, and finished at the next start:
 *
 *   reopening.json ─▶ evidence.json, reopenings.json of the owner ─▶ failure.json of who found it
 *        ─▶ receipt removed, and the branch told so by a commit ─▶ journal ─▶ reopening.json removed
 */
import { isTaskName } from '../backlog/names.js';
import type { Config } from '../config.js';
import type { Blame } from '../inspect/inspection.js';
import { randomHex } from '../record/digest.js';
import type { EventBody } from '../record/event.js';
import { files } from '../record/files.js';
import { openJournal } from '../record/journal.js';
import { parseReceipt } from '../record/receipt.js';
import {
  clearReopening,
  noteReopening,
  pastReopenings,
  type Reopening,
  readReopening,
  writeReopening,
} from '../record/reopenings.js';
import { receiptSource, standingNow, workNow } from '../record/stands.js';
import { type FailureRecord, type ReopenEvidence, taskState } from '../record/task-state.js';
import { commitWithdrawal, evidenceOnBranch } from '../workspace/backlog-commits.js';
import { branchName } from '../workspace/branch-name.js';
import { oneLine } from '../workspace/message.js';
import type { Workspace } from '../workspace/workspace.js';
import { excusedFile } from './build-context.js';
import type { StepContext } from './context.js';

/** An agent that gives its stub a new name each time must not go on for ever. */
const MOST_OF_ONE_OWNER = 5;

/** How often that owner was opened again for that evidence, by what this project and the branch remember. */
function timesReopened(config: Config, ws: Workspace, owner: string, about: string): number {
  const isThis = (other: string | null): boolean => other !== null && oneLine(other) === oneLine(about);
  const here = pastReopenings(config.root, owner).filter((entry) => isThis(entry.about)).length;
  return Math.max(here, evidenceOnBranch(ws, owner).filter(isThis).length);
}

/** Why the task that was found unfinished is not opened again by itself, as a clause; null where it may be. */
export function whyNotReopened(ctx: StepContext, blame: Blame, deferred: boolean): string | null {
  const { config, ws, backlog, program } = ctx;
  const { owner, about } = blame;
  const task = backlog.tasks.get(owner);
  if (task === undefined) return `${owner} is no task any more`;
  if (deferred) {
    return `${owner} was deferred by a person, and nothing is reopened: take it up (make FORCE=1 ${config.tasks}/${owner}.done), or edit ${ctx.task.name} so that it can do without`;
  }
  const standing = standingNow(config, task);
  if (standing.kind === 'missing') return `${owner} is open already`;
  const most = config.maxReopens;
  const byHand = `${program} reopen ${owner} --because "…", or ${program} answer ${owner} "…"`;
  if (most === 0) return `nothing is reopened by itself (max-reopens: 0); to have ${owner} worked on again: ${byHand}`;
  const times = timesReopened(config, ws.home, owner, about);
  const counted = pastReopenings(ctx.root, owner).filter((entry) => entry.about !== null).length;
  if (times < most && counted < most * MOST_OF_ONE_OWNER) return null;
  return `${owner} was reopened ${times === 1 ? 'once' : `${Math.max(times, counted)} times`} before (max-reopens: ${most}), and it is not mended; a person has to decide: ${byHand}`;
}

/**
 * Opens the owner again, and stops this task until it is done. To be called with the tree put back. @param failure how this task stops
 */
export async function reopenOwner(ctx: StepContext, blame: Blame, failure: FailureRecord): Promise<void> {
  const { owner, evidence, symbol, file, line, commit, about } = blame;
  const entry: ReopenEvidence = { by: ctx.task.name, evidence, symbol, file, line, commit, time: failure.finished };
  const work = ctx.workOf(owner);
  const reopening = {
    id: randomHex(8),
    owner,
    work: work ?? '',
    about,
    evidence: entry,
    run: ctx.run,
    failure,
  };
  await ctx.withWorkspace(() => carryOut(ctx.config, ctx.ws.home, reopening, ctx.say));
  if (!ctx.shown) ctx.tell(`${owner} is to be done again: run the same command once more`);
}

/** Finishes a reopening that was cut short. To be called with the workspace's lock held; says what was done. */
export function finishReopening(config: Config, ws: Workspace): string[] {
  const reopening = readReopening(config.root);
  if (reopening === null) {
    clearReopening(config.root);
    return [];
  }
  carryOut(config, ws, reopening);
  return [`${reopening.owner}: was being reopened when the process that did it died; it is reopened now`];
}

/** Does what a reopening means, all of it; what was done of it before is not done twice. */
export function carryOut(
  config: Config,
  ws: Workspace,
  reopening: Reopening,
  say: (event: EventBody) => void = (event) => openJournal(config.root, reopening.run, branchName(ws)).append(event),
): void {
  const { root } = config;
  const { owner, evidence, failure, run } = reopening;
  writeReopening(root, reopening);
  const state = taskState(root, owner);
  if (!state.readEvidence().some(({ by, time }) => by === evidence.by && time === evidence.time)) {
    state.addEvidence(evidence);
  }
  noteReopening(root, reopening);
  if (failure !== null && isTaskName(evidence.by)) taskState(root, evidence.by).writeFailure(failure);
  withdraw(config, ws, reopening);
  // A check that is red now may be the very work that was taken back.
  files.writeDurably(excusedFile(root, run), `${owner} is reopened\n`);
  const { by, symbol, file, line, commit = null } = evidence;
  say({ type: 'reopened', task: owner, by, evidence: evidence.evidence, symbol, file, line, commit });
  clearReopening(root);
}

/** Takes the receipt back, unless the task has got another one meanwhile. */
function withdraw(config: Config, ws: Workspace, { owner, work, about, evidence }: Reopening): void {
  const source = receiptSource(config, owner);
  if (source !== null && (workNow(config, owner) ?? '') !== work) return;
  const read = source === null ? null : parseReceipt(source);
  if (read?.kind === 'receipt' && read.sealed) {
    const { fingerprint, rung, reopened } = read.receipt;
    taskState(config.root, owner).writeLast({ fingerprint, rung, reopened, workStands: false });
  }
  const told = about === null ? {} : { about };
  commitWithdrawal(ws, [{ task: owner, because: evidence.evidence, ...told }]);
}
