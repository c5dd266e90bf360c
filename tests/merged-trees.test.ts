/** Three trees made one: what only one side changed is no conflict, whatever it made of files and folders. */
import { mergeMarked } from '../src/workspace/merge.js';
import { type Repository, withRepository } from './rig/repository.js';
import { assert, suite } from './rig/suite.js';

const test = suite('merged trees');
const files = { 'x/y': '1\n', 'x/z': '2\n', f: 'f\n', 'other.txt': 'o\n' };

/** What is in a tree, one line a path. */
const held = (repo: Repository, tree: string): string[] =>
  repo
    .git('ls-tree', '-r', tree)
    .split('\n')
    .map((line) => line.slice(line.indexOf('\t') + 1));

interface Case {
  readonly what: string;
  /** Shell lines; what landed meanwhile, what this task did. */
  readonly ours: string;
  readonly theirs: string;
  readonly conflicts: readonly string[];
  readonly holds: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: 'this task made a file of a folder, nobody else was there',
    ours: 'echo more >> other.txt',
    theirs: 'rm -r x; echo file > x',
    conflicts: [],
    holds: ['f', 'other.txt', 'x'],
  },
  {
    what: 'this task made a folder of a file, nobody else was there',
    ours: 'echo more >> other.txt',
    theirs: 'rm f; mkdir f; echo in > f/in',
    conflicts: [],
    holds: ['f/in', 'other.txt', 'x/y', 'x/z'],
  },
  {
    what: 'a file was made of a folder meanwhile, this task was not there',
    ours: 'rm -r x; echo file > x',
    theirs: 'echo more >> other.txt; rm f; mkdir f; echo in > f/in',
    conflicts: [],
    holds: ['f/in', 'other.txt', 'x'],
  },
  {
    what: 'this task made a file of a folder into which something was put meanwhile',
    ours: 'echo new > x/new',
    theirs: 'rm -r x; echo file > x',
    conflicts: ['x', 'x/new'],
    holds: ['f', 'other.txt', 'x'],
  },
  {
    what: 'a file was made of a folder meanwhile, in which this task changed something',
    ours: 'rm -r x; echo file > x',
    theirs: 'echo more >> x/y; echo new > x/deep',
    conflicts: ['x', 'x/deep', 'x/y'],
    holds: ['f', 'other.txt', 'x/deep', 'x/y'],
  },
  {
    what: 'a folder was made of a file meanwhile, which this task changed',
    ours: 'rm f; mkdir -p f/g; echo in > f/g/in',
    theirs: 'echo more >> f',
    conflicts: ['f', 'f/g/in'],
    holds: ['f', 'other.txt', 'x/y', 'x/z'],
  },
];

for (const { what, ours, theirs, conflicts, holds } of CASES) {
  test(
    what,
    withRepository({ files }, (repo) => {
      const ws = repo.open();
      const base = ws.tree();
      const after = (lines: string): string => {
        repo.sh(lines);
        const tree = ws.tree();
        repo.git('clean', '-qfd');
        repo.git('reset', '-q', '--hard');
        return tree;
      };
      const merged = mergeMarked(ws, base, after(ours), after(theirs));
      assert.equal([...merged.conflicts].sort(), conflicts);
      assert.equal(held(repo, merged.tree), holds);
    }),
  );
}
