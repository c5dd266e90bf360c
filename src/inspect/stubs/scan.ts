/** Looks for stubs in files that a person names, or in a whole tree; outside any project as well. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { refuse } from '../../diagnostic.js';
import { isSource, stubDetector } from './detector.js';
import type { SourceReport } from './report.js';
import { sourcesIn } from './sources.js';

/** A source file, and its path as the reader sees it: as what he named begins. */
export interface Source {
  /** Absolute, no link in its folder. */
  readonly path: string;
  readonly shown: string;
}

/** The tree to which `stubs.ignore` belongs. */
export interface IgnoringTree {
  /** Absolute. */
  readonly dir: string;
  readonly ignore: readonly string[];
}

/**
 * The source files at and below the paths, each once.
 * @param paths as given, relative to `from`
 * @param tree what is ignored in it is left out; paths outside it are looked into whole
 * @throws Refusal for one that does not exist
 */
export function sourcesAt(paths: readonly string[], from: string, tree: IgnoringTree): Source[] {
  const treeDir = existsSync(tree.dir) ? realpathSync(tree.dir) : null;
  const found = new Map<string, Source>();
  for (const given of paths) {
    const at = realOf(resolve(from, given), given);
    const folder = statSync(at).isDirectory();
    const inTree = treeDir !== null && (at === treeDir || at.startsWith(treeDir + sep));
    const dir = inTree ? treeDir : folder ? at : dirname(at);
    // Who names a file wants to know that it is none of ours to read; in a folder there are many of them.
    const files =
      folder || isSource(at)
        ? sourcesIn(dir, [relative(dir, at)], inTree ? tree.ignore : []).map((file) => join(dir, file))
        : [at];
    for (const path of files) {
      if (!found.has(path)) found.set(path, { path, shown: join(given, relative(at, path)).split(sep).join('/') });
    }
  }
  return [...found.values()];
}

function realOf(path: string, given: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    const what = code === 'ENOENT' ? 'there is no such file or folder' : `it cannot be read (${code})`;
    throw refuse(`${given}: ${what}`, 'name files or folders that are there, or none for the whole workspace');
  }
}

/** A file's text, a good deal of it, and what is made of it have to fit into memory. */
const LARGEST = 64 << 20;

/** What stands in each file, one after the other. `file` of a report is the path as shown. */
export async function* scan(sources: readonly Source[]): AsyncGenerator<SourceReport> {
  const detector = stubDetector();
  try {
    for (const { path, shown } of sources) {
      const bytes = bytesOf(path);
      yield typeof bytes === 'string'
        ? { file: shown, read: 'none', why: bytes, functions: [], stubs: [] }
        : await detector.read(shown, bytes);
    }
  } finally {
    detector.close();
  }
}

/** Its bytes, or why they are not to be had. */
function bytesOf(path: string): Uint8Array | string {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return 'no regular file';
    return stat.size > LARGEST ? `larger than ${LARGEST >> 20} MB` : readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `it cannot be read (${String(error.code)})`;
    throw error;
  }
}
