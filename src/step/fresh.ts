/**
 * The commonest step has nothing to do: answered here without a library, from what is on record of the task's file.
 * Part of the small bundle: imports nothing but our own record.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isTaskName } from '../backlog/names.js';
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { taskState } from '../record/task-state.js';
import { receiptFile, standingNow } from './stands.js';

/** True where the task is done by what was seen before, its receipt touched for Make; false: the whole step must look. */
export function freshStep(config: Config, name: string): boolean {
  if (!isTaskName(name)) return false;
  const { root } = config;
  const seen = taskState(root, name).readSeen();
  const text = seen === null ? null : files.readText(join(root, config.tasks, `${name}.md`));
  if (seen === null || text === null) return false;
  if (createHash('sha256').update(text).digest('hex') !== seen.sha256) return false;
  const standing = standingNow(config, { name, ...seen });
  if (standing.kind !== 'holds') return false;
  files.touch(join(root, receiptFile(config, name)));
  return true;
}
