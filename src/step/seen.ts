import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Task } from '../backlog/task.js';
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { taskState } from '../record/task-state.js';

/** Notes what the task's file says, for exactly its bytes, so that a fresh step need not parse it (fresh.ts). */
export function rememberSeen(config: Config, task: Task): void {
  const path = join(config.root, task.file);
  const stat = files.stat(path);
  // Changed since this process began: these may be other bytes than the task was read from.
  if (stat === null || stat.ctimeMs >= performance.timeOrigin) return;
  const text = files.readText(path);
  if (text === null) return;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const { fingerprint, essence, depends } = task;
  taskState(config.root, task.name).writeSeen({ sha256, fingerprint, essence, depends });
}
