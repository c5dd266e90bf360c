import picomatch from 'picomatch';
import type { Config, Effective } from '../config.js';

/** The settings of a task, groups and its own overrides taken in. */
export function effective(
  config: Config,
  task: {
    readonly name: string;
    readonly group: string | null;
    readonly agent: string | null;
    readonly timeoutMs: number | null;
  },
): Effective {
  let settings: Effective = {
    ladder: config.ladder,
    agent: config.agent,
    verify: config.verify,
    prompt: config.prompt,
    timeoutMs: config.timeoutMs,
    budget: config.budget.task,
  };
  for (const group of config.groups) {
    if (group.match !== task.group && !picomatch.isMatch(task.name, group.match)) continue;
    settings = {
      ladder: group.ladder ?? settings.ladder,
      agent: group.agent ?? settings.agent,
      verify: group.verify ?? settings.verify,
      prompt: group.prompt ?? settings.prompt,
      timeoutMs: group.timeoutMs ?? settings.timeoutMs,
      budget: group.budget ?? settings.budget,
    };
  }
  return { ...settings, agent: task.agent ?? settings.agent, timeoutMs: task.timeoutMs ?? settings.timeoutMs };
}
