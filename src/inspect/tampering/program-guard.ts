/** This program's own files: whoever writes over them says what the next step believes. */
import { chmodSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { codeOf, files } from '../../record/files.js';
import type { Finding } from '../../record/receipt.js';
import { type Keeper, textAt } from './keeper.js';

/** What is started, and what that loads. */
const BESIDE = ['stepladder.cjs', 'main.cjs'];

function programFiles(root: string): string[] {
  try {
    const program = realpathSync(process.argv[1] ?? '');
    const inside = relative(root, program).split(sep);
    // As npm installs it: in a checkout, this one or one beside the project, somebody may be building it anew.
    if (inside[0] === '..' || !inside.includes('node_modules')) return [];
    return BESIDE.map((name) => join(dirname(program), name)).filter((path) => files.exists(path));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return [];
  }
}

export class ProgramGuard {
  readonly #keeper: Keeper;
  readonly #texts: ReadonlyMap<string, string>;

  constructor(root: string, keeper: Keeper) {
    this.#keeper = keeper;
    this.#texts = new Map(programFiles(root).map((path) => [path, readFileSync(path, 'utf8')]));
  }

  putBack(): Finding[] {
    return [...this.#texts].flatMap(([path, text]) => {
      if (textAt(path) === text) return [];
      const found = this.#keeper.restore(path, text, 'error', 'stepladder is what looks', dirname(path));
      chmodSync(path, 0o755);
      return [found];
    });
  }
}
