/** Files as they were at a snapshot, whatever an attempt did to them since: for whoever judges what it says of others. */
import { askGit, pathText } from './git.js';
import type { Place, Snapshot } from './workspace.js';

/** Paths are relative to the workspace's `dir`, with `/`. One git process for each call. */
export interface SnapshotFiles {
  /** `nothing` too for what leads out of the workspace. */
  kindOf(path: string): 'file' | 'folder' | 'nothing';
  /** What a file held; null where there was none (a link is none). */
  read(path: string): Uint8Array | null;
  /** Text files that hold one of the words as a word of its own, in git's order. */
  withWord(words: readonly string[]): string[];
}

/** A path that git takes as it is, seen from the workspace's `dir`; null for what cannot be one. */
function objectName({ tree }: Snapshot, path: string): string | null {
  return path === '' || path.startsWith('/') || /[\0\n]/.test(path) ? null : `${tree}:./${path}`;
}

/** What a snapshot holds; the backlog and our own files are in none. */
export function snapshotFiles(place: Pick<Place, 'dir'>, snapshot: Snapshot): SnapshotFiles {
  const typeOf = (path: string): string => {
    const name = objectName(snapshot, path);
    if (name === null) return '';
    return askGit(place.dir, ['cat-file', '-t', name], { accept: [1, 128] })
      .stdout.toString()
      .trim();
  };
  return {
    kindOf(path) {
      const type = typeOf(path);
      return type === 'blob' ? 'file' : type === 'tree' ? 'folder' : 'nothing';
    },
    read(path) {
      const name = objectName(snapshot, path);
      if (name === null) return null;
      const list = ['ls-tree', '-z', snapshot.tree, '--', `:(literal)${path}`];
      const answer = askGit(place.dir, list, { accept: [128] });
      const [mode = '', , object = ''] = (answer.stdout.toString('latin1').split('\t')[0] ?? '').split(' ');
      if (!mode.startsWith('100')) return null;
      return askGit(place.dir, ['cat-file', 'blob', object]).stdout;
    },
    withWord(words) {
      if (words.length === 0) return [];
      const grep = ['grep', '-z', '-l', '-I', '-F', '-w', '--no-recurse-submodules', '-f', '-', snapshot.tree];
      const patterns = Buffer.from(`${words.map((word) => word.replaceAll('\n', ' ')).join('\n')}\n`);
      const answer = askGit(place.dir, grep, { input: patterns, accept: [1] });
      const prefix = `${snapshot.tree}:`;
      return answer.stdout
        .toString('latin1')
        .split('\0')
        .filter((record) => record.startsWith(prefix))
        .map((record) => pathText(record.slice(prefix.length)));
    },
  };
}
