/**
 * Locks are files (DESIGN "Locks"). What holds here, with any number of processes, each of which may die anywhere:
 *
 *   - A lock file appears whole, by link(2) of a finished one, and only where there was none.
 *   - A lock file with token T is removed by T's holder, or, once that process is gone, by whoever holds the lock
 *     `FILE.break-T` and has read T again since. So no two processes ever break one lock, and none breaks a new one.
 *   - Whoever breaks a lock first ends what its holder had started, by the holder's mark, and waits for its git.
 *   - `FILE.break-T` is a lock like any other; a breaker that died in the middle is broken in its turn. A token is never
 *     given twice, so a left-over `.break-T` of a T that is gone stands in nobody's way.
 *
 *   free ──link──▶ held ──release──▶ free
 *                   │ holder gone
 *                   ▼
 *              lock .break-T ──▶ still T? ──▶ end what it left at work ──▶ unlink ──▶ free
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { refuse } from '../diagnostic.js';
import { codeOf, files } from './files.js';
import { endLeftAtWork } from './left-at-work.js';
import { isAlive, isAncestor, isElsewhere, type ProcessId, thisProcess } from './process.js';
import { amount, has, matching, object, optional, parseJson, text } from './shape.js';

export interface Lock {
  readonly kind: 'lock';
  readonly path: string;
  readonly token: string;
  /** Whether the file is still there and still ours: asked before every act that cannot be taken back. */
  held(): boolean;
  /** Gives it back. Does nothing where it is not ours any more. */
  release(): void;
}

/** What a lock file says: who holds it, and for what. */
export interface LockRecord extends ProcessId {
  readonly token: string;
  /** For people: `the step of openai-core`. */
  readonly what: string;
  /** ISO 8601. */
  readonly since: string;
  /** Carried by all that the holder starts; absent where it starts nothing that could outlive it. */
  readonly mark?: string | undefined;
}

export interface Holder {
  readonly kind: 'holder';
  readonly path: string;
  /** Null where the file is none of ours, or damaged: then nothing is known of its holder. */
  readonly record: LockRecord | null;
  /** The holder runs on another host, or in another container of this one: whether it lives cannot be known here. */
  readonly elsewhere: boolean;
}

const recordShape = object<LockRecord>({
  host: text,
  bootId: text,
  pid: amount,
  startTime: text,
  token: matching(/^[0-9a-f]{32}$/, 'token'),
  what: text,
  since: text,
  mark: optional(text),
});

function readRecord(path: string): LockRecord | 'damaged' | null {
  const source = files.readText(path);
  if (source === null) return null;
  const value = parseJson(source);
  return has(recordShape, value) ? value : 'damaged';
}

/** Makes the lock file, whole, if there is none. */
function publish(path: string, record: LockRecord): boolean {
  const source = `${JSON.stringify(record)}\n`;
  const aside = files.writeAside(path, source);
  try {
    if (files.link(aside, path)) return true;
    // A network file system may have made the link and lost its answer: the second request then finds ours.
    const there = readRecord(path);
    return there !== null && there !== 'damaged' && there.token === record.token;
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? '')) throw error;
    // No hard links here (FAT and the like): made exclusively all the same, but for a moment it can be seen unfinished.
    return files.create(path, source);
  } finally {
    discard(aside);
  }
}

/** From here on the lock is ours or is not: a failure to clear up must not make its holder forget that. */
function discard(aside: string): void {
  try {
    files.remove(aside);
  } catch {
    // Hidden, and swept away some day (`files.sweep`).
  }
}

function lockOf(path: string, token: string): Lock {
  const held = (): boolean => {
    const record = readRecord(path);
    return record !== null && record !== 'damaged' && record.token === token;
  };
  return {
    kind: 'lock',
    path,
    token,
    held,
    release: () => {
      if (held()) files.remove(path);
    },
  };
}

/** Removes the lock of a process that is gone; says who is just doing so where that is somebody else. */
function breakLock(path: string, { token, mark, what }: LockRecord): Holder | null {
  const breaker = tryAcquire(`${path}.break-${token}`, `removing a dead process's ${path}`);
  if (breaker.kind === 'holder') return breaker;
  try {
    const now = readRecord(path);
    if (now === null || now === 'damaged' || now.token !== token) return null;
    if (mark !== undefined) endLeftAtWork(mark, `a process that is gone (${what})`);
    files.remove(path);
    return null;
  } finally {
    breaker.release();
  }
}

const damaged = (path: string): Holder => ({ kind: 'holder', path, record: null, elsewhere: false });

/** Whom a record names; null where that process is gone. */
function living(path: string, record: LockRecord): Holder | null {
  const elsewhere = isElsewhere(record);
  return elsewhere || isAlive(record) ? { kind: 'holder', path, record, elsewhere } : null;
}

/** Who holds a lock just now; null where it is free, or its holder gone. Takes nothing, breaks nothing. */
export function holderOf(path: string): Holder | null {
  const there = readRecord(path);
  if (there === null) return null;
  return there === 'damaged' ? damaged(path) : living(path, there);
}

/**
 * Takes the lock if it is free, or held by a process that is gone; else says who holds it. The folder is made if need
 * be. Throws the system's error where the file cannot be written, a Refusal where what a dead holder left at work cannot
 * be ended.
 */
export function tryAcquire(path: string, what: string, mark?: string): Lock | Holder {
  // Every further turn means that somebody else took, gave back or broke the lock in between.
  for (;;) {
    const there = readRecord(path);
    if (there === 'damaged') return damaged(path);
    if (there === null) {
      const token = randomBytes(16).toString('hex');
      const record = { ...thisProcess(), token, what, since: new Date().toISOString(), mark };
      if (publish(path, record)) return lockOf(path, token);
      continue;
    }
    const holder = living(path, there);
    if (holder !== null) return holder;
    const breaking = breakLock(path, there);
    if (breaking !== null) return breaking;
  }
}

/** Whether somebody holds the lock, as far as can be known here: one that cannot be read counts as held. */
export function isHeld(path: string): boolean {
  return holderOf(path) !== null;
}

/** Removes the lock if its holder is gone. Whether the file stands in nobody's way now, as far as can be known here. */
export function breakIfDead(path: string): boolean {
  const there = readRecord(path);
  if (there === null) return true;
  if (there === 'damaged' || living(path, there) !== null) return false;
  return breakLock(path, there) === null;
}

/** A lock, or one that was taken to break it. */
const LOCK_FILE = /\.lock(\.break-[0-9a-f]{32})*$/;

/**
 * Removes from a folder the locks whose holders are gone: of a task that is done nobody takes the lock again, and so
 * nobody would break it.
 */
export function sweepLocks(folder: string): void {
  for (const name of files.list(folder)) if (LOCK_FILE.test(name)) breakIfDead(join(folder, name));
  files.sweep(folder);
}

export interface AcquireOptions {
  /** For people who wait: what the lock is held for. */
  readonly what: string;
  /** Carried by all that the holder starts. */
  readonly mark?: string;
  /** Told once for each holder that has to be waited for longer than a moment. */
  readonly onWait: (holder: Holder) => void;
  /** Ends the waiting, by its reason. */
  readonly signal?: AbortSignal;
  /** Wait for holders on other hosts as well, where steps are launched there; else such a lock is refused. */
  readonly acrossHosts?: boolean;
}

const POLL_MS = 50;
/** Where there are no hard links, a lock may be seen unfinished, but never for that long. */
const UNFINISHED_MS = 2_000;

/** Who holds a lock, in one line for people. */
export function describeHolder(holder: Holder): string {
  if (holder.record === null) return `${holder.path} cannot be read as a lock`;
  const { what, pid, host, since } = holder.record;
  return `${what}, process ${pid} on ${host} since ${since}`;
}

function shellQuoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The command that removes a lock by hand: for one whose holder cannot be known to be gone. */
export function removalOf(holder: Holder): string {
  return `rm ${shellQuoted(holder.path)}`;
}

function refusal(holder: Holder): Error {
  const where = holder.record === null ? describeHolder(holder) : `held elsewhere: ${describeHolder(holder)}`;
  return refuse(`${holder.path}: ${where}`, `if nothing of stepladder is running there any more: ${removalOf(holder)}`);
}

/** An agent, or a check, that starts us on the project it works in: it would wait for us, and we for it. */
function circle(holder: Holder): Error {
  return refuse(
    `this was started by what it would have to wait for: ${describeHolder(holder)}`,
    'agents and checks must not run the backlog they are part of; take it out of what they start',
  );
}

/**
 * Takes the lock, waiting as long as its holder lives: the one place where we poll, since nobody tells when a process
 * dies. Throws a Refusal for a lock that may never be given back and must not be broken (another host's, a damaged
 * one) or that is held by what started this process, the signal's reason where it is aborted, the system's error where the file cannot be written.
 */
export async function acquire(path: string, options: AcquireOptions): Promise<Lock> {
  let seen = '';
  let told = '';
  let damagedSince: number | null = null;
  for (;;) {
    options.signal?.throwIfAborted();
    const taken = tryAcquire(path, options.what, options.mark);
    if (taken.kind === 'lock') return taken;
    if (taken.record === null) {
      damagedSince ??= performance.now();
      if (performance.now() - damagedSince > UNFINISHED_MS) throw refusal(taken);
    } else {
      damagedSince = null;
      if (taken.elsewhere && options.acrossHosts !== true) throw refusal(taken);
      if (isAncestor(taken.record)) throw circle(taken);
      const { token } = taken.record;
      if (token === seen && token !== told) {
        told = token;
        options.onWait(taken);
      }
      seen = token;
    }
    await pause(POLL_MS, options.signal);
  }
}

/** Resolves after that time, or at once when the signal is aborted. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
