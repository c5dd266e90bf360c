/** Reads the task files that changed, and takes over what is known of those that did not. */
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostic.js';
import type { ParsedFile } from './parsed-file.js';
import { readTask } from './read-task.js';

/** Gives what was kept of a file that is as it was, or null where it has to be read. @param file relative to the root */
export type Reuse = (file: string) => ParsedFile | null;

export interface ReadFile {
  readonly parsed: ParsedFile;
  /** False where it could not be read at all: not to be kept. */
  readonly keep: boolean;
}

/** Texts of files as they were read, for underlining and for bodies; those not read yet come from the disk. */
export class Texts {
  readonly #root: string;
  readonly #known = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  remember(file: string, text: string): void {
    this.#known.set(file, text);
  }

  /** What a file holds, as text whatever its bytes are; null where it cannot be read. @param file relative to the root */
  of(file: string): string | null {
    const known = this.#known.get(file);
    if (known !== undefined) return known;
    try {
      return readFileSync(join(this.#root, file), 'utf8');
    } catch {
      return null;
    }
  }
}

/** One task file; null where it vanished meanwhile. @param file relative to the root */
export function readTaskFile(root: string, file: string, name: string, texts: Texts, reuse?: Reuse): ReadFile | null {
  const path = join(root, file);
  try {
    const kept = reuse?.(file) ?? null;
    if (kept !== null) return { parsed: kept, keep: true };
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    texts.remember(file, text);
    const parsed = notText(file, bytes, text) ?? readTask(file, name, text);
    return { parsed, keep: true };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    if (code === 'ENOENT') return null;
    return { parsed: { task: null, diagnostics: [unreadable(file, code)] }, keep: false };
  }
}

function unreadable(file: string, code: string): Diagnostic {
  const message = `the task file cannot be read (${code})`;
  return { severity: 'error', message, place: { file }, remedy: 'make it readable, or move it elsewhere' };
}

function notText(file: string, bytes: Buffer, text: string): ParsedFile | null {
  const valid = isUtf8(bytes);
  const at = valid ? text.indexOf('\0') : text.indexOf('\uFFFD');
  if (valid && at === -1) return null;
  const message = valid ? 'the task file holds a NUL character' : 'the task file is no UTF-8 text';
  const remedy = valid ? 'take it out' : 'save the file as UTF-8';
  const place = { file, start: at, end: at + 1 };
  return { task: null, diagnostics: [{ severity: 'error', message, place, remedy }] };
}
