/** What blame is looked into with, put together from a real repository, tasks and receipts as a test says. */
import { join } from 'node:path';
import { type BlameContext, type Claim, type Judgement, lookInto } from '../../src/inspect/blame.js';
import { isSource, stubDetector } from '../../src/inspect/stubs/detector.js';
import type { DeferredStub } from '../../src/record/receipt.js';
import { landedCommits } from '../../src/workspace/landed.js';
import { lineCommits } from '../../src/workspace/line-commits.js';
import { snapshotFiles } from '../../src/workspace/snapshot-files.js';
import { type Repository, repository } from './repository.js';

export interface Told {
  readonly title?: string;
  readonly body?: string;
  readonly files?: readonly string[];
  readonly provides?: readonly string[];
  /** What its receipt says; null: it has none. */
  readonly receipt?: {
    readonly state?: 'done' | 'deferred';
    readonly changed?: readonly string[];
    readonly finished?: string;
    readonly stubs?: readonly DeferredStub[];
  } | null;
}

export interface Blaming {
  readonly repo: Repository;
  /** Commits these files (null: removed) as the work of a task, or of a person. Gives the short hash. */
  commit(task: string | null, files: Readonly<Record<string, string | null>>, message?: string): string;
  look(claim: Partial<Claim>): Promise<Judgement>;
  /** The owner found; null where the claim is not believed. */
  owner(claim: Partial<Claim>): Promise<string | null>;
}

/**
 * A repository, and tasks on all of which the task `consumer` builds, the nearest first; those whose names begin with
 * `other` it does not build on.
 */
export async function blaming(
  tasks: Readonly<Record<string, Told>>,
  body: (blaming: Blaming) => Promise<void>,
): Promise<void> {
  const repo = repository({ files: { 'README.md': 'here\n' } });
  try {
    await body(blamingIn(repo, tasks));
  } finally {
    repo.dispose();
  }
}

function blamingIn(repo: Repository, tasks: Readonly<Record<string, Told>>): Blaming {
  const context = (look: BlameContext['look']): BlameContext => {
    const ws = repo.open();
    const base = ws.snapshot();
    const delivered: BlameContext['delivered'] = (name) => {
      const told = tasks[name];
      if (told === undefined || told.receipt === null) return null;
      return { state: 'done', changed: [], finished: '2026-01-01T00:00:00.000Z', stubs: [], ...told.receipt };
    };
    return {
      task: 'consumer',
      ancestors: Object.keys(tasks).filter((name) => !name.startsWith('other')),
      promiser: (name) => {
        const told = tasks[name];
        return told === undefined ? null : { name, title: '', body: '', files: [], provides: [], ...told };
      },
      delivered,
      putOff: () =>
        Object.keys(tasks).flatMap((leftBy) => (delivered(leftBy)?.stubs ?? []).map((stub) => ({ ...stub, leftBy }))),
      cwd: ws.dir,
      inTop: (path) => ws.pathInTop(join(ws.dir, path)) ?? path,
      files: snapshotFiles(ws, base),
      look,
      isSource,
      linesOf: (file, from, to) => lineCommits(ws, base.head, file, from, to),
      landed: (name) => {
        const commit = landedCommits(ws).get(name);
        return commit === undefined ? null : { commit: commit.slice(0, 7), subject: `Work of ${name}` };
      },
    };
  };
  const look = async (claim: Partial<Claim>): Promise<Judgement> => {
    const detector = stubDetector();
    try {
      const whole = { by: null, symbol: null, file: null, reason: 'it is a stub', ...claim };
      return await lookInto(
        whole,
        context((file, source) => detector.read(file, source)),
      );
    } finally {
      detector.close();
    }
  };
  return {
    repo,
    commit(task, files, message = task === null ? 'by hand' : `Work of ${task}\n\nStepladder-Task: ${task}`) {
      for (const [path, text] of Object.entries(files)) text === null ? repo.remove(path) : repo.write(path, text);
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', message);
      return repo.git('rev-parse', '--short', 'HEAD');
    },
    look,
    owner: async (claim) => {
      const judged = await look(claim);
      return judged.believed ? judged.blame.owner : null;
    },
  };
}
