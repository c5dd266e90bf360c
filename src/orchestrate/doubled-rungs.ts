/**
 * Rungs that only look like two: what one could not do, the next is asked once more, and that counts as climbing. Only
 * with a task's agent at hand can it be told: the same ladder may be a good one for another.
 */
import { agentOf } from '../agents/known.js';
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import type { Config, Rung } from '../config.js';
import { printable, Refusal } from '../diagnostic.js';
import { rungsToClimb } from '../step/ladder.js';

/** What to do about them. */
export const WITHOUT_DOUBLES = 'take one of them out of ladder:, or give the models different meanings (aliases:)';

/** Of so many tasks the names are told. */
const MOST_NAMED = 3;

/** `a`, `a and b`, `a, b and c`. */
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** What a rung comes to: equal for two rungs by which an agent would be started alike; null where nobody can do it. */
function comesTo(
  config: Config,
  rung: Rung,
  fallback: string,
): { readonly agent: string; readonly key: string } | null {
  try {
    const { agent, model } = agentOf(config, rung, fallback);
    return { agent: agent.name, key: agent.describe({ model, thinking: rung.thinking }) };
  } catch (error) {
    // Whoever asks what each rung is has said so.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Of the rungs that one task may climb: those that are the same, each set as one sentence. */
function doublesOf(config: Config, rungs: readonly Rung[], fallback: string): string[] {
  const alike = new Map<string, { readonly agent: string; readonly texts: string[] }>();
  for (const rung of rungs) {
    const found = comesTo(config, rung, fallback);
    if (found === null) continue;
    const key = JSON.stringify([found.agent, found.key]);
    const known = alike.get(key) ?? { agent: found.agent, texts: [] };
    known.texts.push(printable(rung.text));
    alike.set(key, known);
  }
  return [...alike.values()]
    .filter(({ texts }) => texts.length > 1)
    .map(
      ({ agent, texts }) =>
        `${listed(texts)} are the same to the agent ${printable(agent)}: a failure is paid for twice`,
    );
}

/**
 * Every set of rungs that some of the tasks would be asked on more than once, each told once with whom it concerns.
 * @param names of the tasks that would be worked on
 */
export function doubledRungs(config: Config, backlog: Backlog, names: readonly string[]): string[] {
  const concerned = new Map<string, string[]>();
  /** Tasks mostly climb alike. */
  const known = new Map<string, readonly string[]>();
  for (const name of names) {
    const task = backlog.tasks.get(name);
    if (task === undefined || task.checkpoint) continue;
    const { ladder, agent } = effective(config, task);
    const rungs = rungsToClimb(ladder, task, null);
    const key = JSON.stringify([agent, rungs.map(({ text }) => text)]);
    const doubles = known.get(key) ?? doublesOf(config, rungs, agent);
    known.set(key, doubles);
    for (const double of doubles) concerned.set(double, [...(concerned.get(double) ?? []), name]);
  }
  return [...concerned].map(([double, tasks]) => {
    const more = tasks.length > MOST_NAMED ? `, … ${tasks.length - MOST_NAMED} more` : '';
    const word = tasks.length === 1 ? 'task' : 'tasks';
    return `${double} (${word} ${tasks.slice(0, MOST_NAMED).map(printable).join(', ')}${more})`;
  });
}

/** The same as warnings of a run or a plan, a line each. */
export const warningsOfDoubled = (config: Config, backlog: Backlog, names: readonly string[]): string[] =>
  doubledRungs(config, backlog, names).map((one) => `ladder: ${one}; ${WITHOUT_DOUBLES}`);
