import { join } from 'node:path';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { receiptSource } from '../record/stands.js';
import { taskState } from '../record/task-state.js';

/** Notes by which texts the task was just found to be done (fresh.ts). To be called only where its receipt holds. */
export function rememberSeen(config: Config, task: Task): void {
  const path = join(config.root, task.file);
  const stat = files.stat(path);
  // Changed since this process began: that may be another text than the task was read from.
  if (stat === null || stat.ctimeMs >= performance.timeOrigin) return;
  const text = files.readText(path);
  const receipt = receiptSource(config, task.name);
  const inputs = task.depends.map((name) => [name, receiptSource(config, name)] as const);
  if (text === null || receipt === null) return;
  const known: Record<string, string> = {};
  for (const [name, source] of inputs) {
    if (source === null) return;
    known[name] = source;
  }
  const state = taskState(config.root, task.name);
  state.writeSeen({ task: text, receipt, reverified: state.reverifiedText(), inputs: known });
}
