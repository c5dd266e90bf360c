/** What is asked of the operating system, in one place, so that a test can make any single one of these calls fail. */
import * as fs from 'node:fs';

/** What we ask of the operating system. All synchronous: a step has nothing else to do meanwhile. */
export interface FileLayer {
  openSync(path: string, flags: string, mode?: number): number;
  writeSync(fd: number, bytes: Uint8Array, offset: number, length: number): number;
  readSync(fd: number, into: Uint8Array, offset: number, length: number, position: number): number;
  fstatSync(fd: number): fs.Stats;
  fsyncSync(fd: number): void;
  closeSync(fd: number): void;
  renameSync(from: string, to: string): void;
  linkSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  mkdirSync(path: string, options: { recursive: true }): string | undefined;
  readFileSync(path: string, encoding: 'utf8'): string;
  readdirSync(path: string): string[];
  statSync(path: string, options: { throwIfNoEntry: false }): fs.Stats | undefined;
  utimesSync(path: string, atime: Date, mtime: Date): void;
}

/** The layer in use. Read anew for every call: a test may have put another one in place. */
export let layer: FileLayer = fs;

/** For tests: puts another layer in place; the function returned puts the former back. */
export function setFileLayer(other: FileLayer): () => void {
  const former = layer;
  layer = other;
  return () => {
    layer = former;
  };
}

/** For what nothing depends on: what the system refuses is let go; anything else is thrown. */
export function leniently(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (codeOf(error) === null) throw error;
  }
}

/** The code of a system error (`ENOENT`), or null for anything else. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
