/**
 * An index of our own over the user's work tree: what is in the tree, tracked or not, without ever touching what he has
 * staged. It is kept between processes, so that git need not read again what it has read (it compares stats).
 *
 * Nobody waits for anybody here: each act works on its own link to the last index that was kept, and puts its result in
 * that one's place by rename. git, too, only ever replaces an index, so a link is as good as a copy and keeps the mtime
 * by which git tells a file that was changed right after it was looked at.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, linkSync, lstatSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, files } from '../record/files.js';
import { asInput, askGit, GitError, git, gitRecords, pathText, type RawPath } from './git.js';
import { opening } from './open-up.js';
import { everythingElse, onlyLeftOut } from './place.js';
import { indexFolder, withScratch } from './scratch.js';
import { Sparse } from './sparse.js';
import type { Place } from './workspace.js';

/** What git says of an index that is damaged, or names what is no longer there. */
const DAMAGED = /index file|cache entry|unmerged|invalid object|index uses/;

const UNBORN = /^error: '(.*)\/' does not have a commit checked out$/;

/** What is left out may be in the user's .gitignore as well: git complains of that, by its exit code too, and goes on. */
const IGNORED_AS_WELL = /^The following paths are ignored by one of your \.gitignore files:/m;

/** `git add` went on past some files: those that are empty repositories are none of ours, anything else is a failure. */
function unbornIn(place: Place, code: number, stderr: string): string[] {
  const errors = stderr.split('\n').filter((line) => /^(error|fatal): /.test(line));
  const unborn = errors.flatMap((line) => UNBORN.exec(line)?.[1] ?? []);
  if (errors.length === 0 && IGNORED_AS_WELL.test(stderr)) return [];
  if (code !== 0 && unborn.length < Math.max(1, errors.length)) {
    throw new GitError(place.top, ['add'], stderr, `exit code ${code}`);
  }
  return unborn;
}

export class PrivateIndex {
  readonly #place: Place;
  readonly #file: string;
  /** Holds the last tree of which it is known that no ignored file slipped in. */
  readonly #checked: string;
  /** Ignored files that the attempt added by force: they belong to its work. */
  readonly #forced = new Set<RawPath>();
  #unborn: readonly string[] = [];
  readonly #sparse: Sparse;
  /** The index as this process left it, and the tree it held then; null before it first did. */
  #left: { readonly identity: string | null; readonly tree: string | null } | null = null;

  constructor(place: Place) {
    // What is left out is part of the name: with another configuration, another index.
    const key = createHash('sha256').update(JSON.stringify([place.top, place.leftOut]));
    this.#place = place;
    this.#file = join(indexFolder(place), key.digest('hex').slice(0, 16));
    this.#checked = `${this.#file}.tree`;
    this.#sparse = new Sparse(place);
  }

  /** Repositories without a commit found by the last scan, relative to the top: git cannot add them to any tree. */
  get unborn(): readonly string[] {
    return this.#unborn;
  }

  /**
   * Reads the work tree; gives its tree id (see `Snapshot.tree`). One git process where nothing changed since this
   * process last looked, else two or three.
   * @throws GitError where a file cannot be read or stored
   */
  scan(): string {
    try {
      return opening(this.#place, () => this.#scanned());
    } catch (error) {
      if (!(error instanceof GitError) || !DAMAGED.test(error.stderr)) throw error;
      // The index is only a memory of what was read: so it is read anew.
      this.#discard();
      return this.#scanned();
    }
  }

  #scanned(): string {
    const tree = this.#on((index) => this.#scan(index));
    this.#left = { identity: identityOf(this.#file), tree };
    return tree;
  }

  #scan(index: string): string {
    const { top } = this.#place;
    const { code, stderr } = this.#sparse.addAll(index, everythingElse(this.#place));
    this.#unborn = unbornIn(this.#place, code, stderr);
    if (this.#forced.size > 0) this.#addForced(index);
    // git leaves an index alone that it need not change: then the tree is the one it was, unless it was pruned.
    const known = this.#left?.tree ?? null;
    if (known !== null && isSameFile(index, this.#file) && this.#isThere(known)) return known;
    const tree = git(top, ['write-tree'], { index });
    return files.readText(this.#checked) === tree ? tree : this.#withoutIgnored(index, tree);
  }

  /** A tree hangs on no ref, and whoever collects garbage may take it. Mostly one look at a file, no process. */
  #isThere(tree: string): boolean {
    const { top, commonDir } = this.#place;
    if (files.exists(join(commonDir, 'objects', tree.slice(0, 2), tree.slice(2)))) return true;
    return askGit(top, ['cat-file', '-e', tree], { accept: [1, 128] }).code === 0;
  }

  /**
   * What was scanned before the rule was written that ignores it was never part of the work, unless git tracks it, or
   * it was added by force.
   */
  #withoutIgnored(index: string, tree: string): string {
    const { top } = this.#place;
    const ignored = this.#ignored(index);
    const tracked = ignored.length === 0 ? new Set() : new Set([...this.ignoredButTracked(), ...this.#forced]);
    const slipped = ignored.filter((path) => !tracked.has(path));
    if (slipped.length > 0) removeEntries(top, index, slipped);
    const checked = slipped.length > 0 ? git(top, ['write-tree'], { index }) : tree;
    files.writeIfChanged(this.#checked, checked);
    return checked;
  }

  /** Paths in the user's index although an ignore rule matches them. */
  ignoredButTracked(): RawPath[] {
    return this.#ignored(undefined);
  }

  #ignored(index: string | undefined): RawPath[] {
    const list = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard', '--'];
    const options = index === undefined ? {} : { index };
    return gitRecords(this.#place.top, [...list, ...everythingElse(this.#place)], options);
  }

  /** Counts ignored files as part of the work: the attempt added them to git's own index by force. */
  force(paths: readonly RawPath[]): void {
    for (const path of paths) this.#forced.add(path);
  }

  /** Forgets what was read: the work tree goes. */
  forget(): void {
    this.#discard();
  }

  /** No ignored file counts as part of the work any more. */
  forgetForced(): void {
    this.#forced.clear();
  }

  /** As `force`, for whatever ignored files are in the tree that was put here just now (see `move`). */
  forceIgnored(): void {
    const tracked = new Set(this.ignoredButTracked());
    const ignored = this.#on((index) => this.#ignored(index));
    this.force(ignored.filter((path) => !tracked.has(path)));
  }

  #addForced(index: string): void {
    const { top } = this.#place;
    const update = ['update-index', '--add', '--remove', '-z', '--stdin'];
    const isFolder = (path: RawPath): boolean =>
      lstatSync(join(top, pathText(path)), { throwIfNoEntry: false })?.isDirectory() ?? false;
    // A folder in the place of a file would make git give up on all of them.
    const paths = [...this.#forced].filter((path) => !isFolder(path));
    git(top, update, { index, input: asInput(paths) });
  }

  /**
   * Changes the work tree from one tree to another: only paths that differ, and all of them or none. The tree must have
   * been scanned as `from` just now.
   * @throws GitError where a file has changed since. Ignored files in the way must be gone by then (see `blockers`).
   */
  move(from: string, to: string): void {
    // What an attempt made beyond a sparse checkout is there, and has to be there again.
    const move = ['read-tree', '-m', '-u', '--no-sparse-checkout', from, to];
    opening(this.#place, () => this.#on((index) => git(this.#place.top, move, { index })));
  }

  /** Whether a path pattern of git's (relative to `dir`) matches, for each path that was scanned. */
  matching(patterns: readonly string[]): Set<RawPath> {
    const list = ['ls-files', '-z', '--full-name', '--cached', '--', ...patterns];
    return new Set(this.#on((index) => gitRecords(this.#place.dir, list, { index })));
  }

  /** Everything that was scanned. */
  entries(): readonly { readonly path: RawPath; readonly mode: string; readonly object: string }[] {
    const list = ['ls-files', '-z', '--full-name', '--stage'];
    return this.#on((index) => gitRecords(this.#place.top, list, { index })).map((record) => {
      const tab = record.indexOf('\t');
      const [mode = '', object = ''] = record.slice(0, tab).split(' ');
      return { path: record.slice(tab + 1), mode, object };
    });
  }

  /** Text files that hold some of the words as words of their own, among those that were scanned, and which of them. */
  withWords(words: readonly string[]): Map<RawPath, Set<string>> {
    const list = ['grep', '-z', '-o', '-I', '-F', '-w', '--full-name', '--no-recurse-submodules'];
    const patterns = words.flatMap((word) => ['-e', word]);
    const found = this.#on((index) => askGit(this.#place.top, [...list, ...patterns], { index, accept: [1] }).stdout);
    const files = new Map<RawPath, Set<string>>();
    // A path, which may hold newlines, then NUL, then the word to the end of the line.
    for (let at = 0; at < found.length; ) {
      const nul = found.indexOf(0, at);
      const end = found.indexOf(0x0a, nul);
      const path = found.toString('latin1', at, nul);
      const held = files.get(path) ?? new Set();
      files.set(path, held.add(found.toString('utf8', nul + 1, end)));
      at = end + 1;
    }
    return files;
  }

  #on<T>(act: (index: string) => T): T {
    // Put there by somebody else since: it is not believed, lest an agent hide a change that way.
    if (this.#left !== null && this.#left.identity !== identityOf(this.#file)) this.#discard();
    const result = withScratch(this.#place, (own) => {
      this.#begin(own);
      this.#sparse.remember(own);
      const done = act(own);
      // An empty work tree makes no index. A rename of one name of a file onto another of its names keeps both.
      if (existsSync(own)) renameSync(own, this.#file);
      return done;
    });
    this.#left = { identity: identityOf(this.#file), tree: null };
    return result;
  }

  #begin(own: string): void {
    try {
      linkSync(this.#file, own);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') this.#seed(own);
      else copyIndex(this.#file, own);
    }
  }

  /** The first time, git's own index spares reading the whole tree; what is left out is taken out of the copy. */
  #seed(own: string): void {
    const { top, gitDir } = this.#place;
    // Later on, that one may say whatever an agent made it say (`--assume-unchanged`).
    if (this.#left !== null) {
      this.#sparse.bringBack(own);
      return;
    }
    if (!copyIndex(join(gitDir, 'index'), own)) return;
    const list = ['ls-files', '-z', '--cached', '--', ...onlyLeftOut(this.#place)];
    removeEntries(top, own, gitRecords(top, list, { index: own }));
  }

  #discard(): void {
    rmSync(this.#file, { force: true });
    rmSync(this.#checked, { force: true });
  }
}

/** Tells a file from every other and from itself at another time: unlike an mtime, a ctime cannot be set. */
function identityOf(path: string): string | null {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : [stat.ino, stat.size, stat.ctimeNs].join(':');
}

/** Whether two names are of one file. */
function isSameFile(one: string, other: string): boolean {
  const stats = [one, other].map((path) => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
  return stats[0] !== undefined && stats[0].ino === stats[1]?.ino;
}

function removeEntries(top: string, index: string, paths: readonly RawPath[]): void {
  if (paths.length === 0) return;
  git(top, ['update-index', '--force-remove', '-z', '--stdin'], { index, input: asInput(paths) });
}

/** False where there is no index yet. The copy is made to look older, never younger, than what it was copied from. */
function copyIndex(from: string, to: string): boolean {
  try {
    copyFileSync(from, to);
    const seconds = Math.floor(statSync(from).mtimeMs - 1) / 1000;
    utimesSync(to, seconds, seconds);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
