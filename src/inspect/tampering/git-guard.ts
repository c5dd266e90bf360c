/**
 * What tells git what to see, beside the work tree: its own ignore rules, attributes and settings. A file that they hide
 * is there while the checks run and does not land; a filter lands another text than was verified. And the work kept of
 * other tasks (`refs/stepladder/`), which nobody else could bring back.
 */
import { join } from 'node:path';
import { codeOf, files } from '../../record/files.js';
import type { Finding } from '../../record/receipt.js';
import { askGit, GitError, git } from '../../workspace/git.js';
import { isKeptHere, refOf } from '../../workspace/refs.js';
import type { Place } from '../../workspace/workspace.js';
import { type Keeper, tampering, textAt } from './keeper.js';

/** Settings that change which files git sees, and what of them it stores. Hooks and the like are never run by us. */
const TELLING =
  /^(?:core\.(?:excludesfile|attributesfile|worktree|bare|sparsecheckout\w*|autocrlf|eol|filemode|ignorecase|symlinks)|(?:filter|include|includeif|extensions)\..*)$/i;

const IS_HEAD = /^(?:ref: refs\/.+|[0-9a-f]{40,64})\n?$/;

type GitPlace = Pick<Place, 'root' | 'gitDir' | 'commonDir' | 'keptSuffix'>;

/** The settings of a configuration's text that matter here, in one text. */
function telling(text: string): string {
  const list = ['config', '--file', '-', '--null', '--list'];
  try {
    // Not in the repository: git would read its settings first, which may be the broken ones.
    const lines = git('/', list, { input: text }).split('\0');
    return lines.filter((line) => TELLING.test(line.split('\n', 1)[0] ?? '')).join('\0');
  } catch (error) {
    // What git cannot read, or does not read to its end, is unlike anything it could.
    if (error instanceof GitError || codeOf(error) === 'EPIPE') return `unreadable ${text}`;
    throw error;
  }
}

const KEPT_REFS = ['refs/stepladder/failed', 'refs/stepladder/interrupted', 'refs/stepladder/aside'];

export class GitGuard {
  readonly #place: GitPlace;
  readonly #keeper: Keeper;
  readonly #texts: ReadonlyMap<string, string | null>;
  readonly #head: string | null;
  readonly #own: ReadonlySet<string>;
  readonly #refs: ReadonlyMap<string, string>;
  readonly #others: ReadonlySet<string> | 'any';

  /** @param others tasks whose steps may keep, or forget, work of theirs meanwhile */
  constructor(place: GitPlace, task: string, keeper: Keeper, others: ReadonlySet<string> | 'any') {
    this.#place = place;
    this.#keeper = keeper;
    const shared = ['info/exclude', 'info/attributes', 'config'].map((name) => join(place.commonDir, name));
    const paths = [...shared, join(place.gitDir, 'config.worktree')];
    this.#texts = new Map(paths.map((path) => [path, files.readText(path)]));
    this.#head = files.readText(join(place.gitDir, 'HEAD'));
    this.#others = others;
    const refsOf = (name: string): string[] =>
      (['failed', 'interrupted', 'aside'] as const).map((kind) => refOf(place, kind, name));
    this.#own = new Set([task, ...(others === 'any' ? [] : others)].flatMap(refsOf));
    this.#refs = this.#refsNow();
  }

  /** Work that is kept in this checkout, by its ref: of other tasks. */
  #refsNow(): Map<string, string> {
    const list = ['for-each-ref', '--format=%(refname) %(objectname)', ...KEPT_REFS];
    const lines = git(this.#place.root, [`--git-dir=${this.#place.gitDir}`, ...list]).split('\n');
    const refs = lines.map((line) => line.split(' ') as [string, string]);
    return new Map(refs.filter(([ref]) => ref !== '' && isKeptHere(this.#place, ref) && !this.#own.has(ref)));
  }

  putBack(): Finding[] {
    return [
      ...this.#putHeadBack(),
      ...[...this.#texts].flatMap(([path, text]) => this.#putTextBack(path, text)),
      ...this.#putRefsBack(),
    ];
  }

  /** A branch that was switched is switched back elsewhere; without any HEAD git knows no repository. */
  #putHeadBack(): Finding[] {
    const path = join(this.#place.gitDir, 'HEAD');
    if (IS_HEAD.test(textAt(path) ?? '')) return [];
    return [this.#keeper.restore(path, this.#head, 'warning', 'it is no HEAD', this.#place.gitDir)];
  }

  #putTextBack(path: string, text: string | null): Finding[] {
    const now = textAt(path);
    if (now === text) return [];
    const isConfig = path.includes('config');
    // Remotes, branches and names are anybody's to set.
    if (isConfig && typeof now === 'string' && telling(now) === telling(text ?? '')) return [];
    const who = isConfig ? "git's settings say what lands" : "git's own rules say what lands";
    // What was hidden is part of the work again, and is seen: tools that agents use write such rules for themselves.
    return [this.#keeper.restore(path, text, 'warning', who, this.#place.commonDir)];
  }

  #putRefsBack(): Finding[] {
    if (this.#others === 'any') return [];
    const now = this.#refsNow();
    return [...this.#refs].flatMap(([ref, commit]) => {
      if (now.get(ref) === commit) return [];
      const update = ['update-ref', '--create-reflog', '-m', 'stepladder: put back', ref, commit];
      const { code } = askGit(this.#place.root, [`--git-dir=${this.#place.gitDir}`, ...update], { accept: [1, 128] });
      const what = code === 0 ? 'is put back' : `could not be put back: ${commit} is gone`;
      return [tampering(ref, 'warning', `work that is kept was changed or removed during the attempt, and ${what}`)];
    });
  }
}
