/** The operating system refusing: any single call of the file layer can be made to fail. */
import * as fs from 'node:fs';
import { type FileLayer, setFileLayer } from '../../src/record/file-layer.js';
import { inFolder } from './folder.js';
import { assert } from './suite.js';

const CODES = ['ENOSPC', 'EIO', 'EROFS', 'EMFILE'] as const;
export type FailureCode = (typeof CODES)[number];

/** What happened: the names of the calls made, in order, and whether the one that was to fail was reached. */
export interface FailingLayer {
  readonly layer: FileLayer;
  readonly calls: string[];
}

/** A real file layer whose n-th call (from 1) fails with `code`, once. `n` of 0: none fails, calls are only counted. */
export function failingLayer(n: number, code: FailureCode): FailingLayer {
  const calls: string[] = [];
  const guarded =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A): R => {
      calls.push(name);
      if (calls.length !== n) return call(...args);
      // What the kernel does upon close: the descriptor is gone, the error is told.
      if (name === 'close') call(...args);
      throw Object.assign(new Error(`${code}: made to fail, ${name}`), { code, syscall: name });
    };
  const layer: FileLayer = {
    openSync: guarded('open', fs.openSync),
    writeSync: guarded('write', (fd: number, bytes: Uint8Array, offset: number, length: number) =>
      fs.writeSync(fd, bytes, offset, length),
    ),
    readSync: guarded('read', (fd: number, into: Uint8Array, offset: number, length: number, position: number) =>
      fs.readSync(fd, into, offset, length, position),
    ),
    fstatSync: guarded('fstat', (fd: number) => fs.fstatSync(fd)),
    fsyncSync: guarded('fsync', fs.fsyncSync),
    closeSync: guarded('close', fs.closeSync),
    renameSync: guarded('rename', fs.renameSync),
    linkSync: guarded('link', fs.linkSync),
    unlinkSync: guarded('unlink', fs.unlinkSync),
    mkdirSync: guarded('mkdir', (path: string, options: { recursive: true }) => fs.mkdirSync(path, options)),
    readFileSync: guarded('readFile', (path: string, encoding: 'utf8') => fs.readFileSync(path, encoding)),
    readdirSync: guarded('readdir', (path: string) => fs.readdirSync(path)),
    statSync: guarded('stat', (path: string, options: { throwIfNoEntry: false }) => fs.statSync(path, options)),
    utimesSync: guarded('utimes', fs.utimesSync),
  };
  return { layer, calls };
}

/** Runs `action` once for every call it makes and every error there is, with exactly that call failing. */
export async function eachFailure(
  prepare: (dir: string) => void,
  action: (dir: string) => void,
  look: (dir: string, failed: { call: string; code: FailureCode; thrown: unknown }) => void,
  codes: readonly FailureCode[] = CODES,
): Promise<void> {
  let calls: readonly string[] = [];
  await inFolder((dir) => {
    prepare(dir);
    const counting = failingLayer(0, 'EIO');
    const restore = setFileLayer(counting.layer);
    try {
      action(dir);
    } finally {
      restore();
    }
    calls = counting.calls;
  });
  assert.ok(calls.length > 0);
  for (const code of codes) {
    for (const [index, call] of calls.entries()) {
      await inFolder((dir) => {
        prepare(dir);
        const open = fs.readdirSync('/dev/fd').length;
        const restore = setFileLayer(failingLayer(index + 1, code).layer);
        let thrown: unknown = null;
        try {
          action(dir);
        } catch (error) {
          thrown = error;
        } finally {
          restore();
        }
        assert.is(fs.readdirSync('/dev/fd').length, open, `a descriptor leaked where ${call} (${index + 1}) failed`);
        look(dir, { call, code, thrown });
      });
    }
  }
}
