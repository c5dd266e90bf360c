/**
 * How files are read and written: what is at a path is either the old or the new, never half, whatever fails or dies.
 */
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from './digest.js';
import { codeOf, layer } from './file-layer.js';
import { holds, isMissing, naming, openFile, UNFINISHED } from './open-file.js';

export { codeOf, type FileLayer, leniently, setFileLayer } from './file-layer.js';
export { naming } from './open-file.js';

/** Runs `action`, making the folder of `path` (durably) and trying once more where it turns out to be missing. */
function withFolder<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    return action();
  }
}

/** `mkdir -p`; what was made outlives a power cut. */
function makeFolder(dir: string): void {
  const first = layer.mkdirSync(dir, { recursive: true });
  if (first === undefined) return;
  for (let made = dir; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

/** A folder's entries to disk. Some file systems know no fsync for folders: then there is nothing more to be had. */
function syncFolder(dir: string): void {
  let fd: number;
  try {
    fd = layer.openSync(dir, 'r');
  } catch (error) {
    // A folder that may be written to but not read.
    if (codeOf(error) === 'EACCES') return;
    throw error;
  }
  try {
    naming(dir, () => layer.fsyncSync(fd));
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EBADF'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    naming(dir, () => layer.closeSync(fd));
  }
}

/** Writes all of it, however many calls that takes: a full disk takes a part of it first, then fails. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const written = layer.writeSync(fd, bytes, at, bytes.length - at);
    if (written === 0) throw shortWrite(at, bytes.length);
    at += written;
  }
}

/** A name for an unfinished `path`: hidden, so that no glob takes it for a task file or a receipt. */
function unfinished(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomHex(6)}.tmp`);
}

/** Nothing of ours takes this long to write: what is older was left behind by a process that was killed. */
const ABANDONED_MS = 60 * 60_000;

/** Writes `bytes` beside `path` under a name of its own, which is returned; removes it again where that fails. */
function writeBeside(path: string, bytes: Uint8Array, sync: boolean): string {
  const temp = unfinished(path);
  const fd = withFolder(temp, () => layer.openSync(temp, 'wx', 0o666));
  let open = true;
  try {
    writeAll(fd, bytes);
    if (sync) layer.fsyncSync(fd);
    open = false;
    layer.closeSync(fd);
    return temp;
  } catch (error) {
    if (open) quietly(() => layer.closeSync(fd));
    quietly(() => layer.unlinkSync(temp));
    throw error;
  }
}

/** For clearing up after a failure: that it fails as well must not hide the first. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // The failure that brought us here is thrown by the caller.
  }
}

function putInPlace(path: string, bytes: Uint8Array, sync: boolean): void {
  naming(path, () => {
    const temp = writeBeside(path, bytes, sync);
    try {
      layer.renameSync(temp, path);
    } catch (error) {
      quietly(() => layer.unlinkSync(temp));
      throw error;
    }
    if (sync) syncFolder(dirname(path));
  });
}

export const files = {
  /** The text of a file, or null where there is none. */
  readText(path: string): string | null {
    try {
      return layer.readFileSync(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      // Reading a folder names none: what is told to a person must.
      throw error instanceof Error ? Object.assign(error, { path }) : error;
    }
  },

  /**
   * Puts `text` at `path`, whole or not at all, and so that it outlives a power cut: temp file in the same folder
   * (which is made if need be), fsync, rename, fsync of the folder (DESIGN "Receipt"). Throws the system's error, with
   * the old content still in place unless only the very last fsync failed.
   */
  writeDurably(path: string, text: string): void {
    putInPlace(path, Buffer.from(text), true);
  },

  /** As `writeDurably`, unless that is what it holds; whether it wrote (MAKE-RULES 3). Not fsynced: it can be made anew. */
  writeIfChanged(path: string, text: string): boolean {
    const bytes = Buffer.from(text);
    if (holds(path, bytes)) return false;
    putInPlace(path, bytes, false);
    return true;
  },

  /** Puts `text` at `path`, whole or not at all; not fsynced: for what tells only of the moment. */
  replace: (path: string, text: string): void => putInPlace(path, Buffer.from(text), false),

  /**
   * Appends in one single write, so that lines of several processes never mix. A write that a full disk cut short is
   * not continued but thrown: by then the next writer may already have closed the torn line.
   */
  append(path: string, text: string, sync: boolean): void {
    const add = (): void => {
      const fd = layer.openSync(path, 'a+', 0o666);
      try {
        const size = layer.fstatSync(fd).size;
        const bytes = Buffer.from(isTorn(fd, size) ? `\n${text}` : text);
        const written = layer.writeSync(fd, bytes, 0, bytes.length);
        if (written < bytes.length) throw shortWrite(written, bytes.length);
        if (sync) layer.fsyncSync(fd);
        if (sync && size === 0) syncFolder(dirname(path));
      } finally {
        layer.closeSync(fd);
      }
    };
    naming(path, () => withFolder(path, add));
  },

  open: openFile,

  /** Removes a file; whether there was one. */
  remove(path: string): boolean {
    try {
      layer.unlinkSync(path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  },

  /** The names in a folder, sorted; none where there is no folder. */
  list(dir: string): string[] {
    try {
      return layer.readdirSync(dir).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },

  /** Sets a file's mtime, by default to now; whether there was one. Never makes it. */
  touch(path: string, time: Date = new Date()): boolean {
    try {
      layer.utimesSync(path, time, time);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  },

  exists: (path: string): boolean => files.stat(path) !== null,

  /** Null where there is nothing. */
  stat(path: string): Stats | null {
    try {
      return layer.statSync(path, { throwIfNoEntry: false }) ?? null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },

  /** `link(2)`: a second name for a file, in one step; false where `to` is already there. */
  link(from: string, to: string): boolean {
    try {
      layer.linkSync(from, to);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  },

  /** Writes `text` to a new hidden file beside `path`, fsynced, and returns its name: to be linked, then removed. */
  writeAside(path: string, text: string): string {
    return naming(path, () => writeBeside(path, Buffer.from(text), true));
  },

  /** Makes a new file, and only that, holding `text`; false where there is one. Whoever looks may see it half-written. */
  create(path: string, text: string): boolean {
    let fd: number;
    try {
      fd = withFolder(path, () => layer.openSync(path, 'wx', 0o666));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      writeAll(fd, Buffer.from(text));
      return true;
    } catch (error) {
      quietly(() => layer.unlinkSync(path));
      throw error;
    } finally {
      naming(path, () => layer.closeSync(fd));
    }
  },

  makeFolder,

  /** Removes from a folder what killed processes left unfinished in it, an hour ago or longer. */
  sweep(dir: string, now: number = Date.now()): void {
    for (const name of files.list(dir)) {
      if (!UNFINISHED.test(name)) continue;
      const path = join(dir, name);
      const stat = files.stat(path);
      if (stat !== null && now - stat.mtimeMs > ABANDONED_MS) files.remove(path);
    }
  },
};

/** Whether a file of lines does not end in a newline: its last writer died, or the disk was full. */
function isTorn(fd: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return layer.readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

function shortWrite(written: number, wanted: number): Error {
  const error = new Error(`ENOSPC: only ${written} of ${wanted} bytes could be written`);
  return Object.assign(error, { code: 'ENOSPC' });
}
