/** Files as they are read piece by piece, and what their errors say: below `files`, which has all that is done with one. */
import { basename, dirname } from 'node:path';
import { codeOf, layer } from './file-layer.js';

export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  // ENOTDIR: a parent is a file, so this cannot exist either.
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** What a file is called while it is written. */
export const UNFINISHED = /^\..*\.\d+-[0-9a-f]{12}\.tmp$/;

/** Errors name what the caller asked for: a temporary name says nothing, a call on a descriptor names no file at all. */
export function naming<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error && codeOf(error) !== null) {
      const was = 'path' in error && typeof error.path === 'string' ? error.path : null;
      if (was === null) Object.assign(error, { path });
      else if (UNFINISHED.test(basename(was)) && dirname(was) === dirname(path)) {
        error.message = error.message.replaceAll(was, path);
        Object.assign(error, { path });
      }
    }
    throw error;
  }
}

/** A file to be read piece by piece, or null where there is none. `read` gives the number of bytes, 0 at the end. */
export function openFile(path: string): { read(into: Uint8Array, position: number): number; close(): void } | null {
  let fd: number;
  try {
    fd = layer.openSync(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  return {
    read: (into, position) => naming(path, () => layer.readSync(fd, into, 0, into.length, position)),
    close: () => naming(path, () => layer.closeSync(fd)),
  };
}

/** What is compared at once: of a report of many megabytes mostly the first piece is another one already. */
const PIECE = 256 * 1024;

/** Whether that is what a file holds, to the byte. */
export function holds(path: string, bytes: Uint8Array): boolean {
  const file = openFile(path);
  if (file === null) return false;
  try {
    const piece = Buffer.allocUnsafe(Math.min(bytes.length + 1, PIECE));
    for (let at = 0; ; ) {
      const read = file.read(piece, at);
      if (read === 0) return at === bytes.length;
      if (!piece.subarray(0, read).equals(bytes.subarray(at, at + read))) return false;
      at += read;
    }
  } finally {
    file.close();
  }
}
