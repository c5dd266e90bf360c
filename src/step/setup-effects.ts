/** What `setup:` did in a new work tree: what it made, which can be copied to others, and all else, which cannot. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { files } from '../record/files.js';
import { fileAt, gitRecords, pathText, type RawPath } from '../workspace/git.js';
import { everythingElse } from '../workspace/place.js';
import { REPOSITORY } from '../workspace/tree-diff.js';
import type { StepWorktree } from '../workspace/workspace.js';

/**
 * What is in the work tree beside its commit and what was carried there: whole folders where nothing else is in them;
 * relative to the top.
 */
export function beside(ws: StepWorktree): string[] {
  const list = ['ls-files', '--others', '--directory', '--no-empty-directory', '-z', '--', ...everythingElse(ws)];
  // git names a folder whole although something in it is left out.
  const without = (path: string): string[] => {
    if (ws.leftOut.includes(path)) return [];
    if (!ws.leftOut.some((other) => other.startsWith(`${path}/`))) return [path];
    return files.list(join(ws.top, path)).flatMap((name) => without(`${path}/${name}`));
  };
  return gitRecords(ws.top, list).flatMap((path) => without(pathText(path).replace(/\/$/, '')));
}

/** A path, and the folders in which it lies. */
function upwards(path: string): string[] {
  const found: string[] = [];
  for (let at = path; at !== '.'; at = dirname(at)) found.push(at);
  return found;
}

/** What the commit holds by now at, below or in the way of what was made for another one. */
export function trackedAmong(ws: StepWorktree, made: readonly string[]): RawPath[] {
  const tracked = gitRecords(ws.top, ['ls-files', '-z']);
  const all = new Set(made);
  const needed = new Set(made.flatMap(upwards));
  return tracked.filter((raw) => {
    const path = pathText(raw);
    return needed.has(path) || upwards(path).some((at) => all.has(at));
  });
}

/** Whether a link of it leads to where it lies. */
function leadsInto(top: string, path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) return `${readlinkSync(path)}/`.startsWith(`${top}/`);
  if (stat?.isDirectory() !== true) return false;
  return readdirSync(path, { withFileTypes: true }).some(
    (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && leadsInto(top, join(path, entry.name)),
  );
}

/** Whether some text file or link of it holds the work tree's own path (a Python environment): a copy would lead back here. */
function namesItsPlace(ws: StepWorktree, made: readonly string[]): boolean {
  if (made.length === 0) return false;
  if (made.some((path) => leadsInto(ws.top, join(ws.top, path)))) return true;
  const args = ['-r', '-q', '-I', '-F', '-e', ws.top, '--', ...made];
  return spawnSync('grep', args, { cwd: ws.top, stdio: 'ignore' }).status === 0;
}

interface Tracked {
  readonly path: RawPath;
  readonly mode: string;
  readonly object: string;
  readonly stat: Stats | undefined;
}

/** The files of the commit as they lie there. One git process. */
export function trackedNow(ws: StepWorktree): readonly Tracked[] {
  return gitRecords(ws.top, ['ls-files', '--stage', '-z']).map((record) => {
    const tab = record.indexOf('\t');
    const [mode = '', object = ''] = record.slice(0, tab).split(' ');
    const path = record.slice(tab + 1);
    return { path, mode, object, stat: lstatSync(fileAt(ws, path), { throwIfNoEntry: false }) };
  });
}

/** Whether a file holds the very bytes that the commit has of it: rewritten, and the same (`npm install`). */
function isAsCommitted(ws: StepWorktree, { path, object }: Tracked): boolean {
  const bytes = readFileSync(fileAt(ws, path));
  const hash = createHash(object.length === 40 ? 'sha1' : 'sha256');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === object;
}

/** The first path of the commit at which something else lies than before; a submodule counts where it is checked out. */
function changedSince(ws: StepWorktree, before: readonly Tracked[]): string | null {
  const found = before.find((tracked) => {
    if (tracked.mode === REPOSITORY) return existsSync(join(ws.top, pathText(tracked.path), '.git'));
    const { stat: was } = tracked;
    const stat = lstatSync(fileAt(ws, tracked.path), { throwIfNoEntry: false });
    if (was?.ctimeMs === stat?.ctimeMs && was?.ino === stat?.ino && was?.size === stat?.size) return false;
    return was?.mode !== stat?.mode || stat?.isFile() !== true || !isAsCommitted(ws, tracked);
  });
  return found === undefined ? null : pathText(found.path);
}

/** Why a copy of what was made would not do in another work tree; null where it would. @param before setup was run */
export function whyNotCopied(ws: StepWorktree, made: readonly string[], before: readonly Tracked[]): string | null {
  if (namesItsPlace(ws, made)) return 'what setup made names the folder that it lies in';
  const changed = changedSince(ws, before);
  return changed === null ? null : `setup sees to what git tracks (${changed})`;
}
