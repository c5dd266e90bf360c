/**
 * What a rung means to Claude Code, Codex and OpenCode: the one table of models and efforts. `aliases:` in
 * stepladder.yaml goes before it; a model that it does not know is passed on as it stands. Written down from what the
 * programs themselves list (Claude Code 2.1, Codex 0.169, OpenCode 1.18); which of it an account may use only the
 * provider knows.
 */
import type { AgentKind } from '../config.js';

/** The kinds that have a program of their own. */
export type CliKind = Exclude<AgentKind, 'command'>;

/** What `sonnet`, `opus` and `haiku` are where they are no names of the program's own. */
const MODELS: Readonly<Record<CliKind, Readonly<Record<string, string>>>> = {
  claude: {},
  codex: { sonnet: 'gpt-6.1-sol', opus: 'gpt-6-astra', haiku: 'gpt-6-luna' },
  opencode: {
    sonnet: 'anthropic/claude-sonnet-5',
    opus: 'anthropic/claude-opus-5-5',
    haiku: 'anthropic/claude-haiku-4-5',
  },
};

/** The words of the ladder: the first effort that the model has. Every effort's own name is a word as well. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  none: ['none', 'minimal', 'low'],
  thinking: ['medium'],
  extended: ['high'],
  ultrathink: ['max', 'xhigh'],
};

const TO_HIGH = ['low', 'medium', 'high'] as const;
const TO_XHIGH = [...TO_HIGH, 'xhigh'] as const;
const TO_MAX = [...TO_XHIGH, 'max'] as const;

/** Every effort that any model of the agent has. */
const EFFORTS: Readonly<Record<CliKind, readonly string[]>> = {
  claude: ['none', ...TO_MAX],
  codex: ['none', 'minimal', ...TO_MAX, 'ultra'],
  opencode: ['none', 'minimal', ...TO_MAX],
};

/** The efforts of models that are known; the first pattern that fits counts. */
const OF_MODELS: Readonly<Record<CliKind, readonly (readonly [RegExp, readonly string[]])[]>> = {
  claude: [],
  codex: [
    [/^gpt-5\.5$/, TO_XHIGH],
    [/^gpt-(5\.6|6)-luna$/, TO_MAX],
    [/^gpt-(5\.6|6(\.\d+)?)-/, [...TO_MAX, 'ultra']],
  ],
  opencode: [
    [/^anthropic\/claude-(sonnet|haiku)-4-5\b/, ['high', 'max']],
    [/^anthropic\/claude-opus-4-5\b/, TO_HIGH],
    [/^anthropic\/claude-(sonnet|opus)-4-6\b/, [...TO_HIGH, 'max']],
    [/^anthropic\/claude-/, TO_MAX],
    [/^openai\/gpt-5(-mini|-nano)?$/, ['minimal', ...TO_HIGH]],
    [/^openai\/gpt-5\.1$/, ['none', ...TO_HIGH]],
    [/^openai\/gpt-5\.[2345](?!.*-pro)/, ['none', ...TO_XHIGH]],
    [/^openai\/gpt-6-astra\b/, TO_MAX],
    [/^openai\/gpt-(5\.6|6)\b/, ['none', ...TO_MAX]],
    [/^openai\/(gpt-4|gpt-image)/, []],
  ],
};

/** What a ladder's model is called by an agent of that kind, where its configuration has no alias. */
export function modelOf(kind: AgentKind, model: string): string {
  if (kind === 'command') return model;
  const models = MODELS[kind];
  return Object.hasOwn(models, model) ? (models[model] ?? model) : model;
}

/** The effort of a rung, null where the model is left to itself; or why there is no such rung. */
export type Effort = { readonly effort: string | null } | { readonly problem: string };

/**
 * @param model as the program is to be told
 * @param own what the configuration says of such words: it is not doubted
 */
export function effortOf(
  kind: CliKind,
  model: string,
  thinking: string,
  own: Readonly<Record<string, string>> = {},
): Effort {
  if (Object.hasOwn(own, thinking)) return { effort: own[thinking] ?? null };
  const known = OF_MODELS[kind].find(([pattern]) => pattern.test(model));
  const efforts = known?.[1] ?? EFFORTS[kind];
  const wanted = Object.hasOwn(WORDS, thinking) ? (WORDS[thinking] ?? []) : [thinking];
  const effort = wanted.find((one) => efforts.includes(one));
  if (effort !== undefined) return { effort };
  // A model without such a thing does not think: that is what the word asks for.
  if (thinking === 'none') return { effort: null };
  const words = Object.entries(WORDS).flatMap(([word, means]) =>
    word === 'none' || means.some((one) => efforts.includes(one)) ? [word] : [],
  );
  return { problem: `${model} knows ${[...new Set([...words, ...efforts])].join(', ')}` };
}
