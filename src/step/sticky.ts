/** A task that failed is not paid for again until something has changed that could matter. */
import { createHash } from 'node:crypto';
import type { StepContext } from './context.js';

/**
 * The key of a failure: fingerprint, inputs, rung, max-rung, ladder, agent, timeout, checks (DESIGN "A step"). Equal key =
 * the same attempt would be made on the same footing.
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
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
