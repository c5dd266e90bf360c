/** A task that failed is not paid for again until something has changed that could matter. */
import { createHash } from 'node:crypto';
import type { Task } from '../backlog/task.js';
import { effective } from '../config/effective.js';
import type { Config } from '../config.js';
import { workNow } from '../record/stands.js';
import { type FailureRecord, taskState } from '../record/task-state.js';
import type { StepContext } from './context.js';

/**
 * The key of a failure: fingerprint, inputs, rung, max-rung, ladder, agent, timeout, checks (DESIGN "A step"), and the
 * budget, which may have been what ended it. Equal key = the same attempt would be made on the same footing.
 */
export function failureKey(ctx: Pick<StepContext, 'task' | 'settings' | 'inputs' | 'config'>): string {
  const { task, settings, inputs, config } = ctx;
  const agents = [settings.agent, ...settings.ladder.map((rung) => rung.agent)].map((name) =>
    name === null ? null : (config.agents[name] ?? name),
  );
  const parts = [
    task.fingerprint,
    Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)),
    task.rung,
    task.maxRung,
    settings.ladder.map((rung) => rung.text),
    agents,
    config.aliases,
    settings.timeoutMs,
    settings.verify,
    settings.budget,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What stopped a task, where it still stands: an edit, an answer or new inputs make it a thing of the past. */
export function standingFailure(config: Config, task: Task): FailureRecord | null {
  const failure = taskState(config.root, task.name).readFailure();
  if (failure === null) return null;
  const inputs = Object.fromEntries(task.depends.map((name) => [name, workNow(config, name) ?? '']));
  return failure.key === failureKey({ config, task, settings: effective(config, task), inputs }) ? failure : null;
}
