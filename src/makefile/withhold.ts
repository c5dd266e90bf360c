/**
 * What Make reads in place of the tasks' rules while the backlog has errors. A generator that fails does not stop every
 * Make: with `-k`, versions up to 4.3 go on with the rules they had read before it failed; with `-i`, all do. These
 * rules start nothing, whatever Make does. A fast path.
 */

import { files } from '../record/files.js';
import { ensureIgnored, statePaths } from '../record/paths.js';

const WITHHELD = `# Made by stepladder: the backlog has errors, and until they are mended nothing of it is run.
stepladder.withheld := yes
stepladder.receipts :=
.PHONY: stepladder-all stepladder-withheld
stepladder-all: stepladder-withheld
stepladder-withheld: ; @echo 'stepladder: nothing was started: the errors above have to be mended first' >&2; exit 2
`;

/** Takes the tasks' rules away from Make. To be called whenever a `generate` was asked for and refused. */
export function withholdTasks(root: string): void {
  writeTasksMk(root, WITHHELD);
}

/**
 * Writes tasks.mk if its text is another one; whether it did (MAKE-RULES 3). Make reads itself again if the file's time
 * is another one: one that only knows whole seconds (3.81) would miss a second change within the same second.
 */
export function writeTasksMk(root: string, text: string): boolean {
  const { state, tasksMk } = statePaths(root);
  ensureIgnored(state);
  const before = files.stat(tasksMk);
  if (!files.writeIfChanged(tasksMk, text)) return false;
  const second = (ms: number): number => Math.floor(ms / 1000);
  const after = files.stat(tasksMk);
  if (before !== null && after !== null && second(before.mtimeMs) === second(after.mtimeMs)) {
    files.touch(tasksMk, new Date((second(before.mtimeMs) - 1) * 1000));
  }
  return true;
}
