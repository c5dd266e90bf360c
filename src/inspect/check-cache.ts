/**
 * Passes that need not be run again: same tree, same command, same environment (DESIGN "Checks"). Baseline, inspection
 * and landing share it. One small file a pass in `.stepladder/checks/TREE/`; failures are never kept.
 */
import { createHash, createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { files } from '../record/files.js';
import { isMissing, UNFINISHED } from '../record/open-file.js';
import { isRecord, parseJson } from '../record/shape.js';
import type { Check } from './inspection.js';

export interface Pass {
  /** Green only on a second run. */
  readonly flaky: boolean;
  readonly durationMs: number;
}

/** Passes on older trees are forgotten: nobody comes back to more than a few. */
const TREES_KEPT = 50;

/**
 * Of the terminal, the session or the shell that things were started from, never of what a check does: the same check
 * from another window is the same check. Every other variable counts.
 */
const OF_THE_SESSION = new RegExp(
  `^(?:${[
    ...['_', 'SHLVL', 'PWD', 'OLDPWD', 'TERM', 'COLORTERM', 'COLUMNS', 'LINES', 'WINDOWID', 'DISPLAY', 'XAUTHORITY'],
    ...['STY', 'LS_COLORS', 'GPG_TTY', 'INVOCATION_ID', 'JOURNAL_STREAM', 'MEMORY_PRESSURE_.*', 'SESSION_MANAGER'],
    ...['TERM_.*', 'VTE_.*', 'TMUX.*', 'SSH_.*', 'XDG_SESSION_.*', 'XDG_RUNTIME_DIR', 'DBUS_.*', 'WAYLAND_DISPLAY'],
    ...['DESKTOP_.*', 'VSCODE_.*', 'ITERM_.*', 'KITTY_.*', 'ALACRITTY_.*', 'STEPLADDER_.*'],
  ].join('|')})$`,
);

export interface CacheKey {
  readonly stateRoot: string;
  readonly tree: string;
  /** What the checks are run with; ours in it (task, base) count only for a command that names them. */
  readonly env: Readonly<Record<string, string>>;
  readonly sandbox: string;
}

/** The files of the passes that this process has noted itself. */
const notedHere = new Set<string>();

/** ms since the epoch: passes noted later, by others, are not believed. */
let distrustedSince = Number.POSITIVE_INFINITY;

/**
 * From that moment on an attempt may be under way, and what it wrote may run as a check: passes are believed only if they
 * were there before, or this process has noted them.
 */
export function distrustPasses(since: number): void {
  distrustedSince = since;
}

/**
 * The sign of a run on a pass: made with a key that the run's front-end gives to its steps, and that neither agents nor
 * checks are given, so that steps that work side by side believe each other's passes. Null in a step without a run.
 */
function sign(path: string, pass: Pass): string | null {
  const key = process.env.STEPLADDER_RUN_KEY ?? '';
  const what = JSON.stringify([path, pass.flaky, pass.durationMs]);
  return key === '' ? null : createHmac('sha256', key).update(what).digest('hex');
}

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

export class PassCache {
  readonly #key: CacheKey;
  readonly #environment: string;

  constructor(key: CacheKey) {
    this.#key = key;
    const relevant = Object.entries(key.env).filter(([name]) => !OF_THE_SESSION.test(name));
    this.#environment = hash(relevant.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Null where the tree has no id that could name a folder. */
  #path(check: Check): string | null {
    const { stateRoot, tree, env, sandbox } = this.#key;
    if (!/^[0-9a-f]{8,}$/.test(tree)) return null;
    const ours = Object.entries(env).filter(([name]) => name.startsWith('STEPLADDER_') && check.run.includes(name));
    const name = hash([check.kind, check.run, sandbox, ours.sort(), this.#environment]);
    return join(stateRoot, 'checks', tree, `${name}.json`);
  }

  /** The pass of a command or script on this tree, or null: conditions on files are looked at every time. */
  find(check: Check): Pass | null {
    const path = this.#path(check);
    const pass = path === null ? null : readPass(path);
    if (path === null || pass === null) return null;
    const isOld = (files.stat(path)?.ctimeMs ?? 0) < distrustedSince;
    return isOld || notedHere.has(path) || pass.signed ? { flaky: pass.flaky, durationMs: pass.durationMs } : null;
  }

  keep(check: Check, pass: Pass): void {
    const path = this.#path(check);
    if (path === null) return;
    if (!files.exists(join(this.#key.stateRoot, 'checks', this.#key.tree))) forgetOldest(this.#key.stateRoot);
    const signed = sign(path, pass);
    const text = JSON.stringify({ check: check.label, ...pass, ...(signed === null ? {} : { sign: signed }) });
    try {
      files.writeIfChanged(path, `${text}\n`);
    } catch (error) {
      // Forgotten under our hands, with its tree, by a step beside us: then the check is run once more.
      if (isMissing(error)) return;
      throw error;
    }
    notedHere.add(path);
  }
}

/** A pass as it was noted, and whether it bears this run's sign; null where there is none that can be read. */
function readPass(path: string): (Pass & { readonly signed: boolean }) | null {
  const pass = parseJson(files.readText(path) ?? '');
  if (!isRecord(pass) || typeof pass.flaky !== 'boolean' || typeof pass.durationMs !== 'number') return null;
  const { flaky, durationMs } = pass;
  const expected = sign(path, { flaky, durationMs });
  return { flaky, durationMs, signed: expected !== null && pass.sign === expected };
}

interface Kept {
  readonly path: string;
  readonly changed: number;
}

/**
 * What is in a folder, with when each last changed, which unlike an mtime cannot be set. Not what is being written: it is
 * another step's, which is about to give it its name.
 */
function contents(folder: string): Kept[] {
  return files.list(folder).flatMap((name) => {
    if (UNFINISHED.test(name)) return [];
    const path = join(folder, name);
    const stat = files.stat(path);
    return stat === null ? [] : [{ path, changed: stat.ctimeMs }];
  });
}

function forgetOldest(stateRoot: string): void {
  const trees = contents(join(stateRoot, 'checks')).sort((a, b) => b.changed - a.changed);
  for (const { path } of trees.slice(TREES_KEPT)) rmSync(path, { recursive: true, force: true });
}

/**
 * Forgets every pass that others have noted since a moment: an attempt was under way, and an agent may have noted some
 * for itself. To run a check once more is never wrong.
 * @param since ms since the epoch
 * @returns how many were forgotten
 */
export function forgetPasses(stateRoot: string, since: number): number {
  let forgotten = 0;
  for (const tree of contents(join(stateRoot, 'checks'))) {
    for (const pass of contents(tree.path)) {
      if (pass.changed < since || notedHere.has(pass.path) || readPass(pass.path)?.signed === true) continue;
      if (files.remove(pass.path)) forgotten += 1;
    }
  }
  return forgotten;
}
