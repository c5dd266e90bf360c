/**
 * The commonest step has nothing to do: answered here without a library, a parser or a hash, from the texts by which the
 * task was found to be done. Part of the small bundle: imports nothing but our own record.
 */
import { join } from 'node:path';
import { isTaskName } from '../backlog/names.js';
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { receiptSource, touchReceipt } from '../record/stands.js';
import { taskState } from '../record/task-state.js';

/** True where the task is done by what was seen before, its receipt touched for Make; false: the whole step must look. */
export function freshStep(config: Config, name: string): boolean {
  if (!isTaskName(name)) return false;
  const state = taskState(config.root, name);
  const seen = state.readSeen();
  if (seen === null || files.readText(join(config.root, config.tasks, `${name}.md`)) !== seen.task) return false;
  if (receiptSource(config, name) !== seen.receipt || state.reverifiedText() !== seen.reverified) return false;
  for (const [input, receipt] of Object.entries(seen.inputs)) {
    if (receiptSource(config, input) !== receipt) return false;
  }
  touchReceipt(config, name);
  return true;
}
