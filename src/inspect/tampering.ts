/**
 * What an attempt may not change, and what happens where it did (DESIGN "Configuration", "Landing").
 *
 * | what | after the attempt |
 * | --- | --- |
 * | receipts, stepladder.yaml, machine state by which the task's receipt could come to hold | put back; an error |
 * | a receipt that vanished | put back; a warning: it gains an agent nothing, and may have been a person |
 * | the task's own file | put back to how the step read it; a warning |
 * | other task files | stay; listed, with where to find what they were |
 * | the journal's past | cannot be put back; an error |
 * | passes of checks noted meanwhile | forgotten |
 *
 * Nobody can tell an agent's hand from a person's at another terminal: so nothing is ever thrown away. Whatever is put
 * back is kept as it was found, below `.stepladder/tasks/NAME/_changed/`, and the finding says where. Our own commands
 * that write or remove receipts hold the workspace's lock, so none of them does so while an attempt runs in place.
 * Machine state that lives while an attempt runs (locks, the journal's end, caches, runs, other tasks' state) is not
 * compared at all.
 */
import * as fs from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CONFIG_FILE, type Config, STATE } from '../config.js';
import { codeOf, files } from '../record/files.js';
import { statePaths } from '../record/paths.js';
import type { Finding } from '../record/receipt.js';
import type { Place } from '../workspace/workspace.js';
import { BacklogRecord } from './backlog-record.js';
import { forgetPasses } from './check-cache.js';

export interface ProtectRequest {
  readonly config: Config;
  readonly task: { readonly name: string; readonly file: string };
  readonly ws: Pick<Place, 'root' | 'gitDir'>;
  /** The task file as the step read it when it started. */
  readonly taskText: string;
}

/** Files of the task's own machine state by which a receipt could come to hold without work. */
const DECISIVE = ['landing.json', 'reverified.json'];
/** So much of the journal's end is looked at again: whoever rewrites it meets an append sooner or later. */
const JOURNAL_TAIL = 4096;

const finding = (file: string, severity: Finding['severity'], message: string): Finding => ({
  kind: 'tampering',
  severity,
  file,
  line: null,
  symbol: null,
  message,
});

/** Keeps what was found in place of a file; moves it away where it is none. */
class Keeper {
  readonly #root: string;
  readonly #folder: string;

  constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** The path it is kept at, relative to the root; null where there is nothing to keep. */
  keep(file: string): string | null {
    const path = join(this.#root, file);
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    const kept = this.#free(file);
    fs.mkdirSync(dirname(kept), { recursive: true });
    // A file stays until the old one is put in its place by rename: nobody must find it missing.
    if (stat.isFile()) fs.copyFileSync(path, kept);
    else moveAway(path, kept);
    return relative(this.#root, kept);
  }

  /** As `keep`, for what a file held before it was changed or removed. */
  keepText(file: string, text: string): string {
    const kept = this.#free(file);
    files.writeDurably(kept, text);
    return relative(this.#root, kept);
  }

  /** A name below the folder that nothing is kept under yet. */
  #free(file: string): string {
    for (let n = 1; ; n += 1) {
      const path = join(this.#folder, String(n), file);
      if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
    }
  }
}

/** A folder or a link; also onto another file system. */
function moveAway(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    fs.rmSync(from, { recursive: true });
  }
}

/** The journal's length and the bytes before it; null where there is none. */
function journalEnd(path: string): { readonly size: number; readonly tail: Buffer } | null {
  const size = files.stat(path)?.size;
  return size === undefined ? null : { size, tail: bytesBefore(path, size) };
}

function bytesBefore(path: string, end: number): Buffer {
  const fd = fs.openSync(path, 'r');
  try {
    const start = Math.max(0, end - JOURNAL_TAIL);
    const bytes = Buffer.alloc(end - start);
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, bytes.length, start));
  } finally {
    fs.closeSync(fd);
  }
}

class Protection {
  readonly #request: ProtectRequest;
  readonly #keeper: Keeper;
  readonly #record: BacklogRecord;
  /** What the backlog held when it was last known to be in order. */
  #backlog: string;
  /** Text (null: none) of files that must read at the end as they did at the start, relative to the root. */
  readonly #texts: ReadonlyMap<string, string | null>;
  #journal: ReturnType<typeof journalEnd>;
  readonly #since = Date.now();

  constructor(request: ProtectRequest) {
    const { config, task, ws } = request;
    const paths = statePaths(config.root);
    const folder = paths.task(task.name);
    const exact = [CONFIG_FILE, ...DECISIVE.map((name) => relative(config.root, join(folder, name)))];
    this.#request = request;
    this.#keeper = new Keeper(config.root, join(folder, '_changed'));
    this.#texts = new Map(exact.map((file) => [file, files.readText(join(config.root, file))]));
    this.#journal = journalEnd(paths.journal);
    this.#record = new BacklogRecord(ws, resolve(config.root, config.tasks));
    this.#backlog = this.#record.now();
  }

  putBack(): Finding[] {
    const findings = [...this.#putTextsBack(), ...this.#lookAtJournal(), ...this.#putBacklogBack()];
    forgetPasses(statePaths(this.#request.config.root).state, this.#since);
    return findings;
  }

  /** Puts a file back to a text (null: to not being there). What was found there is kept, and said. */
  #restore(file: string, text: string | null, severity: Finding['severity'], who: string): Finding {
    const kept = this.#keeper.keep(file);
    const path = join(this.#request.config.root, file);
    if (text === null) files.remove(path);
    else files.writeDurably(path, text);
    const what = kept === null ? 'was removed' : text === null ? 'was made' : 'was changed';
    const where = kept === null ? '' : ` (what was found there: ${kept})`;
    return finding(file, severity, `${what} during the attempt and is put back: ${who}${where}`);
  }

  #putTextsBack(): Finding[] {
    const { root } = this.#request.config;
    const findings: Finding[] = [];
    for (const [file, text] of this.#texts) {
      if (readText(join(root, file)) === text) continue;
      const what = file === CONFIG_FILE ? 'the configuration is' : 'machine state is';
      findings.push(this.#restore(file, text, 'error', `${what} not the agent's to change`));
    }
    return findings;
  }

  #lookAtJournal(): Finding[] {
    const path = statePaths(this.#request.config.root).journal;
    const before = this.#journal;
    const now = journalEnd(path);
    const stands =
      before === null ||
      (now !== null && now.size >= before.size && bytesBefore(path, before.size).equals(before.tail));
    this.#journal = now;
    if (stands) return [];
    const file = join(STATE, 'journal.jsonl');
    return [
      finding(file, 'error', 'the journal was shortened or rewritten during the attempt: what it said before is lost'),
    ];
  }

  #putBacklogBack(): Finding[] {
    const { config, task } = this.#request;
    const findings: Finding[] = [];
    const now = this.#record.now();
    for (const { path, before, after } of this.#record.changes(this.#backlog, now)) {
      const file = `${config.tasks}/${path}`;
      if (path.endsWith('.done')) {
        const text = before === null ? null : this.#record.textOf(before);
        const gone = files.stat(join(config.root, file)) === null;
        findings.push(
          this.#restore(file, text, gone ? 'warning' : 'error', 'receipts are written by the runner alone'),
        );
      } else if (file !== task.file) {
        const what = before === null ? 'was made' : after === null ? 'was removed' : 'was edited';
        // It may have been a person's, and in no commit yet: what is gone from the tree must not be gone altogether.
        const kept = before === null ? null : this.#keeper.keepText(file, this.#record.textOf(before));
        const where = kept === null ? '' : ` (what it was: ${kept})`;
        findings.push(finding(file, 'warning', `${what} while ${task.name} ran, and stays as it is now${where}`));
      }
    }
    findings.push(...this.#putTaskBack());
    // From here on edits of other tasks count as known: each is told once.
    this.#backlog = findings.length === 0 ? now : this.#record.now();
    return findings;
  }

  /** Compared with the text that the step works from: an edit between its reading and our start counts as well. */
  #putTaskBack(): Finding[] {
    const { config, task, taskText } = this.#request;
    if (readText(join(config.root, task.file)) === taskText) return [];
    return [this.#restore(task.file, taskText, 'warning', 'a step works from its task as it was when it started')];
  }
}

/** As `files.readText`; undefined for what is there and is no file that could be read: it differs from any text. */
function readText(path: string): string | null | undefined {
  try {
    return files.readText(path);
  } catch (error) {
    if (['EISDIR', 'ELOOP', 'EACCES'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/**
 * Notes what an attempt may not change. To be called when the step holds its locks and before its first attempt; the
 * function returned is called after each attempt, whatever it ended in, before anything else looks at the tree.
 * @returns puts everything back that must be; what was found since the last call
 * @throws GitError, or the system's error where something cannot be read or put back
 */
export function protect(request: ProtectRequest): () => Finding[] {
  const protection = new Protection(request);
  return () => protection.putBack();
}
