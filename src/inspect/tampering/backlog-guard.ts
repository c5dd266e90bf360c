/** Receipts and task files of one folder: receipts are put back, task files listed, and those that ask for less noted. */
import { join } from 'node:path';
import { isMeantAsTask, nameFromFile } from '../../backlog/names.js';
import { weaker } from '../../backlog/weaker.js';
import { files } from '../../record/files.js';
import type { Finding } from '../../record/receipt.js';
import { markUntrusted } from '../../record/untrusted.js';
import type { Place } from '../../workspace/workspace.js';
import { BacklogRecord, type RecordedChange } from './backlog-record.js';
import { FolderGuard } from './folder-guard.js';
import { type Keeper, tampering, textAt } from './keeper.js';

export interface BacklogScope {
  readonly root: string;
  /** The tasks folder, or one within it that a link leads to; relative to the root. */
  readonly folder: string;
  /** What of a task's name stands for the folder: '' or `sub/`. */
  readonly prefix: string;
  /** The task at work, and its file, relative to the root: that one is put back by others. */
  readonly task: { readonly name: string; readonly file: string };
  readonly place: Pick<Place, 'root' | 'gitDir'>;
  readonly keeper: Keeper;
  /** Told that a task waits for trust from now on. */
  readonly onWeaker: () => void;
}

export class BacklogGuard {
  readonly #scope: BacklogScope;
  readonly #base: string;
  readonly #folder: FolderGuard;
  readonly #record: BacklogRecord;
  /** What the folder held when it was last known to be in order. */
  #known: string;

  constructor(scope: BacklogScope) {
    this.#scope = scope;
    this.#base = join(scope.root, scope.folder);
    this.#folder = new FolderGuard(scope.root, scope.folder, scope.keeper);
    this.#record = new BacklogRecord(scope.place, this.#base);
    this.#known = this.#record.now();
  }

  /** The folder itself, first of all: what is looked at afterwards lies where it lay. */
  putFolderBack(): Finding[] {
    return this.#folder.putBack();
  }

  /** @param exchanged the whole folder was: then its task files were nobody's edits either */
  putBack(exchanged: boolean): Finding[] {
    const changes = this.#record.changes(this.#known, this.#record.now());
    return changes.flatMap((change) => {
      if (change.path.endsWith('.done')) return [this.#putReceiptBack(change)];
      if (this.#fileOf(change) === this.#scope.task.file) return [];
      return [exchanged && change.before !== null ? this.#putTaskBack(change) : this.#listTask(change)];
    });
  }

  /** From here on edits of task files count as known: each is told once. To be called when all is back. */
  settle(): void {
    this.#known = this.#record.now();
  }

  #fileOf({ path }: RecordedChange): string {
    const { folder } = this.#scope;
    return folder === '.' ? path : `${folder}/${path}`;
  }

  #textBefore({ before }: RecordedChange): string | null {
    return before === null ? null : this.#record.textOf(before);
  }

  #putReceiptBack(change: RecordedChange): Finding {
    const receipt = join(this.#base, change.path);
    const gone = files.stat(receipt) === null;
    const who = 'receipts are written by the runner alone';
    // What cannot be known any more is not believed: its task is verified, or worked on, anew.
    return this.#scope.keeper.restore(receipt, this.#textBefore(change), gone ? 'warning' : 'error', who, this.#base);
  }

  #putTaskBack(change: RecordedChange): Finding {
    const path = join(this.#base, change.path);
    return this.#scope.keeper.restore(path, this.#textBefore(change), 'error', 'its folder was exchanged', this.#base);
  }

  #listTask(change: RecordedChange): Finding {
    const { root, task, keeper } = this.#scope;
    const file = this.#fileOf(change);
    const what = change.before === null ? 'was made' : change.after === null ? 'was removed' : 'was edited';
    const text = this.#textBefore(change);
    // It may have been a person's, and in no commit yet: what is gone from the tree must not be gone altogether.
    const kept = text === null ? null : keeper.keepText(join(root, file), text);
    const where = kept === null ? '' : ` (what it was: ${kept})`;
    const less = text === null ? [] : this.#distrust(change, text);
    const waits = less.length === 0 ? '' : `; it asks for less, and waits to be trusted: ${less.join('; ')}`;
    return tampering(file, 'warning', `${what} while ${task.name} ran, and stays as it is now${where}${waits}`);
  }

  /** Puts on record that a task file became weaker; what it asks for no longer. */
  #distrust(change: RecordedChange, before: string): string[] {
    const { root, prefix, task, onWeaker } = this.#scope;
    const path = `${prefix}${change.path}`;
    if (!isMeantAsTask(path)) return [];
    const name = nameFromFile(path);
    const file = this.#fileOf(change);
    const now = textAt(join(root, file));
    const less = weaker(name, before, now === undefined ? '' : now);
    if (less.length === 0) return [];
    markUntrusted(root, { task: name, file, before, by: task.name, time: new Date().toISOString() });
    onWeaker();
    return less;
  }
}
