/** What needs no library: a step that is done, a generator with nothing new, a run with nothing to do. The small bundle. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type ExitCode } from './diagnostic.js';
import { quickLook } from './makefile/quick-look.js';
import { touchHolding } from './makefile/touch.js';
import { nothingToDo } from './orchestrate/nothing-to-do.js';
import { files } from './record/files.js';
import { knownConfig } from './record/known-config.js';
import { LANDING_LOCK, statePaths, WORKSPACE_LOCK } from './record/paths.js';
import { isAnyUntrusted } from './record/untrusted.js';
import { freshStep } from './step/fresh.js';

/** The exit code, where the command line could be answered; null: the whole program has to look. */
export function quickly(root: string, argv: readonly string[]): ExitCode | null {
  const [command, name, ...rest] = argv;
  // Anything unusual, a mistake included, is for the whole program: what is answered here is the plain case alone.
  if (command !== 'generate' && command !== 'orchestrate' && command !== 'step') return null;
  if (command === 'generate' && argv.length > 1) return null;
  const config = knownConfig(root);
  if (config === null) return null;
  // Where the work lies elsewhere, receipts hold only as long as it is there: that wants git (DESIGN "Files").
  if (command !== 'generate' && config.workspace !== '.') return null;
  if (command === 'step') return name !== undefined && rest.length === 0 && freshStep(config, name) ? EXIT.done : null;
  const look = quickLook(config);
  if (look === null) return null;
  if (command === 'generate') return EXIT.done;
  // A task whose file was removed is in no list of what is pending, and may wait for a person all the same.
  if (isAnyUntrusted(root)) return null;
  // What steps that died left behind is cleared away even where nothing is to be done.
  const { worktrees, inFlight, locks } = statePaths(root);
  if ([worktrees, inFlight, locks].some((folder) => files.list(folder).length > 0)) return null;
  // Where git's folder lies is not asked here: elsewhere such a lock stays until something is to be done.
  if ([WORKSPACE_LOCK, LANDING_LOCK].some((name) => files.stat(join(root, '.git', name)) !== null)) return null;
  if (look.pending.length > 0 || argv.slice(1).some((arg) => arg !== '--retry')) return null;
  if (look.oldLooking.length > 0) touchHolding(config);
  const { line, exit } = nothingToDo(look.total, look.deferred);
  // Not process.stdout: to set that up costs more than all the rest.
  writeSync(1, `${line}\n`);
  return exit;
}
