/** What a person decides about a task: accepted (he did the work), approved (a checkpoint), deferred (not now). */
import { join, relative } from 'node:path';
import picomatch from 'picomatch';
import { EXIT, type ExitCode, printable, refuse } from '../diagnostic.js';
import type { Inspection } from '../inspect/inspection.js';
import { takeBaseline } from './baseline.js';
import type { StepContext } from './context.js';
import { inspectWork } from './inspect-work.js';
import { integrate } from './integrate.js';
import { landByHand } from './land.js';
import { openStep } from './open.js';
import { reasonOf } from './outcome.js';
import { falsePrecondition } from './preconditions.js';

const NOTHING_LOOKED_AT: Inspection = {
  ok: true,
  results: [],
  verified: [],
  findings: [],
  stubs: [],
  tree: '',
  reasons: [],
};

/**
 * What a person has in the tree becomes part of the task's one commit: said by name, and refused where the task says by
 * its `files` that it is about others.
 */
function tellPersonsWork({ ws, task, tell }: StepContext): void {
  const paths = ws.dirty().map((path) => relative(ws.dir, join(ws.top, path)));
  const foreign = paths.filter(
    (path) => task.files.length > 0 && !picomatch.isMatch(path, [...task.files], { dot: true }),
  );
  if (foreign.length > 0) {
    throw refuse(
      `uncommitted, and none of the files of ${task.name}: ${foreign.map(printable).join(', ')}`,
      'commit them or put them aside, or add them to files: in its header; then run the same command again',
    );
  }
  if (paths.length > 0) tell(`committed with ${task.name}, once it holds: ${paths.join(', ')}`);
}

/**
 * Gives a task a receipt without an agent. Accepting and approving inspect the tree as it stands; deferring does not.
 * @throws Refusal where the task cannot get one, telling what to do
 */
export async function byHand(
  root: string,
  name: string,
  state: 'accepted' | 'approved' | 'deferred',
): Promise<ExitCode> {
  const opened = await openStep(root, name, {
    force: true,
    retry: false,
    inPlace: true,
    personsWork: state === 'accepted',
  });
  if ('exit' in opened) return opened.exit;
  const { ctx } = opened;
  try {
    if (state === 'accepted') tellPersonsWork(ctx);
    if (state === 'approved' && !ctx.task.checkpoint) {
      throw refuse(`${name} is no checkpoint`, `where you did its work yourself: ${ctx.program} accept ${name}`);
    }
    if (state !== 'approved' && opened.standing.kind === 'holds' && opened.standing.state !== 'deferred') {
      throw refuse(
        `${name} has a receipt that holds: there is nothing to ${state === 'deferred' ? 'defer' : 'accept'}`,
        `to have it worked on again: make FORCE=1 ${ctx.receiptFile}`,
      );
    }
    if (state === 'deferred') return landByHand(ctx, state, NOTHING_LOOKED_AT);
    const red = await falsePrecondition(ctx);
    if (red !== null) throw refuse(`${name}: ${red.reason}`, 'see to that first', EXIT.waiting);
    await takeBaseline(ctx, true);
    const inspected = await inspectWork(ctx, { unchangedIsFine: true });
    const outcome = inspected.name === 'done' ? await integrate(ctx, inspected) : inspected;
    if (outcome.name === 'done') return landByHand(ctx, state, outcome.inspection);
    if (outcome.name === 'interrupted') return EXIT.interrupted;
    throw refuse(
      `${name} cannot be ${state} as the tree stands: ${reasonOf(outcome)}`,
      `mend it and run the same command again; or leave it for now: ${ctx.program} defer ${name}`,
      EXIT.failed,
    );
  } finally {
    opened.close();
  }
}
