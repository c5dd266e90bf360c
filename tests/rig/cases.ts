/**
 * Every way an attempt of a real agent ends, once: what the model server says, and what must come of it. The real
 * programs are held to this table (tests/agents), and so are the streams that were recorded of them (tests/recorded).
 */
import type { AttemptEnd } from '../../src/agents/agent.js';
import type { CliKind } from '../../src/agents/rungs.js';
import {
  calls,
  drop,
  often,
  raw,
  refuse,
  type Scripted,
  say,
  shell,
  status,
  type Turn,
  unfinished,
  verdict,
  write,
} from '../model-server/turns.js';

import { endingFor, failing } from './failing-answers.js';

/** A part of an end; a pattern stands for a text that it matches. */
export interface Expected {
  readonly end: AttemptEnd['end'];
  readonly reason?: RegExp;
  readonly remedy?: RegExp;
  readonly exitCode?: number;
  readonly resetsAt?: number | null;
  readonly retryAfterMs?: number | null;
  readonly verdict?: unknown;
}

export interface Case {
  /** The file of its recording, and what a test is called by. */
  readonly name: string;
  readonly script: readonly (Turn | Scripted)[];
  /** For all agents, or for those that are named. */
  readonly expect: Expected | Partial<Readonly<Record<CliKind, Expected>>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly permissions?: 'edits';
  /** `model/thinking`, `sonnet/thinking` by default. */
  readonly rung?: string;
  /** The provider's address is one where nobody listens. */
  readonly nobody?: true;
  /** Ended by the runner: after so long without getting anywhere. */
  readonly patienceMs?: number;
}

const transient: Expected = { end: 'transient' };
const asked = { end: 'no-verdict', exitCode: 0 } as const;
const failed = (reason: RegExp): Expected => ({ end: 'no-verdict', exitCode: 1, reason });
const environment = (remedy: RegExp): Expected => ({ end: 'environment', remedy });

/** 2033-05-18T03:33:20Z */
const RESET = 2_000_000_000;

/** A file in none of the folders that an agent may write to. */
export const OUTSIDE = '/var/tmp/stepladder-denied.txt';

/** A limit of an account with ChatGPT, as its backend tells it. */
const ofChatgpt = (more: Readonly<Record<string, unknown>>, why?: string): Scripted =>
  often(
    status(429, {
      type: 'usage_limit_reached',
      message: 'The usage limit has been reached',
      more: { resets_at: RESET, ...more },
      headers: why === undefined ? {} : { 'x-codex-rate-limit-reached-type': why },
    }),
  );

const ofSubscription = {
  'anthropic-ratelimit-unified-status': 'rejected',
  'anthropic-ratelimit-unified-reset': String(RESET),
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  'retry-after': '7200',
};

export const CASES: readonly Case[] = [
  {
    name: 'success',
    script: [shell('echo hi > hi.txt'), write('new.txt', 'one\ntwo\n'), verdict({ ok: true })],
    expect: { end: 'verdict', verdict: { kind: 'ok', deferredStubs: [] } },
  },
  {
    name: 'blocked',
    script: [verdict({ ok: false, reason: 'no stream', blockedBy: 'core', symbol: 'openStream', file: 'src/a.js' })],
    expect: {
      end: 'verdict',
      verdict: { kind: 'failed', reason: 'no stream', blockedBy: 'core', symbol: 'openStream', file: 'src/a.js' },
    },
  },
  {
    name: 'question',
    script: [verdict({ ok: false, question: 'Keep it?', options: ['yes', 'no'] })],
    expect: { end: 'verdict', verdict: { kind: 'question', question: 'Keep it?', options: ['yes', 'no'] } },
  },
  {
    name: 'words-of-a-limit-in-a-file',
    script: [
      shell(`echo "You've hit your usage limit. 429 rate limit, please log in, Quota exceeded"`),
      calls({ tool: 'verdict', value: { ok: true } }),
    ],
    expect: { end: 'verdict', verdict: { kind: 'ok', deferredStubs: [] } },
  },
  { name: '401', script: [often(status(401))], expect: environment(/log in/) },
  { name: '403', script: [often(status(403))], expect: environment(/log in/) },
  { name: '404', script: [often(status(404))], expect: environment(/aliases/) },
  { name: '400', script: [often(status(400))], expect: environment(/stepladder log/) },
  {
    name: '400-after-an-answer',
    script: [shell('true'), often(status(400))],
    expect: failed(/scripted 400/),
  },
  {
    name: 'no-money',
    script: [
      often(
        status(429, {
          type: 'insufficient_quota',
          message: 'You exceeded your quota',
          more: { code: 'insufficient_quota' },
        }),
      ),
    ],
    expect: { codex: environment(/account/) },
  },
  { name: '402', script: [often(status(402))], expect: { opencode: environment(/account/) } },
  {
    name: 'no-credit',
    script: [often(status(400, { message: 'Your credit balance is too low to access the Anthropic API.' }))],
    expect: { claude: environment(/account/) },
  },
  {
    name: 'context-overflow',
    script: [
      often(
        status(400, {
          message: 'prompt is too long: 210000 tokens > 200000 maximum',
          more: { code: 'context_length_exceeded' },
        }),
      ),
    ],
    expect: failed(/too long|context window/),
  },
  { name: '429', script: [often(status(429, { headers: { 'retry-after': '1' } }))], expect: transient },
  {
    name: '429-long',
    script: [often(status(429, { headers: { 'retry-after': '600' } }))],
    patienceMs: 2000,
    expect: {
      claude: { end: 'transient', retryAfterMs: 90_000 },
      codex: { end: 'transient', reason: /429/ },
      opencode: { end: 'transient', reason: /scripted 429/ },
    },
  },
  {
    name: 'usage-limit',
    script: [often(status(429, { message: 'over the limit', headers: ofSubscription }))],
    env: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-of-nobody' },
    expect: { claude: { end: 'limit', resetsAt: RESET * 1000 } },
  },
  {
    name: 'usage-limit-of-chatgpt',
    script: [ofChatgpt({ plan_type: 'plus' })],
    expect: { codex: { end: 'limit', resetsAt: RESET * 1000 + 40_000 } },
  },
  {
    name: 'usage-limit-of-an-enterprise',
    script: [ofChatgpt({ plan_type: 'enterprise' })],
    expect: { codex: { end: 'limit', resetsAt: RESET * 1000 + 40_000 } },
  },
  {
    name: 'workspace-out-of-credits',
    script: [ofChatgpt({ plan_type: 'team' }, 'workspace_member_credits_depleted')],
    expect: { codex: environment(/account/) },
  },
  {
    name: 'spend-cap',
    script: [ofChatgpt({ plan_type: 'team' }, 'workspace_owner_usage_limit_reached')],
    expect: { codex: environment(/account/) },
  },
  {
    name: 'spend-limit',
    script: [
      shell('true'),
      often(
        status(400, {
          message:
            'You have reached your specified API usage limits. You will regain access on 2033-06-01 at 00:00 UTC.',
        }),
      ),
    ],
    expect: {
      claude: { end: 'limit', resetsAt: Date.UTC(2033, 5, 1) },
      opencode: { end: 'limit', resetsAt: Date.UTC(2033, 5, 1) },
    },
  },
  {
    name: 'organization-disabled',
    script: [shell('true'), often(status(400, { message: 'This organization has been disabled.' }))],
    expect: { claude: environment(/log in/) },
  },
  {
    name: 'not-in-the-plan',
    script: [often(status(429, { type: 'usage_not_included' }))],
    expect: { codex: environment(/account/) },
  },
  {
    name: 'rate-limit-in-a-stream',
    script: [often(failing('rate_limit_exceeded', 'Rate limit reached. Please try again in 1s.'))],
    expect: { codex: transient },
  },
  {
    name: 'blocked-on-the-way',
    script: [often(raw('<html>Cloudflare: blocked</html>', 'text/html', 403))],
    expect: { codex: environment(/log in/) },
  },
  {
    name: '400-of-another-shape',
    script: [often(raw('{"detail":"The model is not supported."}', 'application/json', 400))],
    expect: { codex: environment(/stepladder log/) },
  },
  { name: 'not-logged-in', script: [], env: { ANTHROPIC_API_KEY: '' }, expect: { claude: environment(/log in/) } },
  { name: 'no-key', script: [], env: { SCRIPTED_KEY: '' }, expect: { codex: environment(/set the key/) } },
  {
    name: 'unknown-model',
    script: [],
    rung: 'anthropic/nope/none',
    expect: { opencode: { ...environment(/aliases/), reason: /Model not found: anthropic\/nope/ } },
  },
  { name: '500', script: [often(status(500))], patienceMs: 4000, expect: transient },
  { name: '529', script: [often(status(529))], patienceMs: 4000, expect: transient },
  { name: '503', script: [often(status(503))], patienceMs: 4000, expect: transient },
  { name: 'refused-connection', script: [], nobody: true, patienceMs: 6000, expect: transient },
  { name: 'dropped-at-once', script: [often(drop('at-once'))], patienceMs: 4000, expect: transient },
  { name: 'dropped-in-mid-stream', script: [often(drop('mid-stream'))], patienceMs: 4000, expect: transient },
  { name: 'malformed', script: [often(raw('event: x\ndata: {nonsense\n\n'))], patienceMs: 4000, expect: transient },
  { name: 'html', script: [often(raw('<html>hi</html>', 'text/html'))], expect: transient },
  { name: 'empty', script: [often(raw(''))], expect: transient },
  { name: 'unfinished', script: [often(unfinished('half'))], expect: transient },
  {
    name: 'refusal',
    script: [often(refuse())],
    expect: { claude: failed(/refused/), opencode: failed(/refused/), codex: { ...asked, reason: /no answer/ } },
  },
  {
    name: 'max-turns',
    script: [often(shell('true'))],
    args: ['--max-turns', '2'],
    expect: { claude: failed(/error_max_turns/) },
  },
  {
    name: 'answer-too-long',
    script: [often(endingFor('max_tokens'))],
    expect: { claude: failed(/output token maximum/) },
  },
  { name: 'wrong-shape', script: [often(verdict({ fine: 'yes' }))], expect: asked },
  { name: 'no-verdict', script: [often(say('I have done it all.'))], expect: asked },
  {
    name: 'denied',
    script: [shell('node -e "fs.writeFileSync(`denied.txt`, ``)"'), often(say('I could not.'))],
    env: { OPENCODE_PERMISSION: '{"bash":"ask"}' },
    permissions: 'edits',
    expect: { claude: { ...asked, reason: /not allowed to use Bash/ }, opencode: failed(/not allowed to use bash/) },
  },
  {
    name: 'denied-outside',
    script: [shell(`touch ${OUTSIDE}`), often(say('I could not.'))],
    permissions: 'edits',
    expect: { codex: asked },
  },
];

export const KINDS: readonly CliKind[] = ['claude', 'codex', 'opencode'];

/** What is expected of that agent, null where the case is not one of it. */
export function expectedOf(one: Case, kind: CliKind): Expected | null {
  return 'end' in one.expect ? (one.expect as Expected) : (one.expect[kind] ?? null);
}

/** Where an end is not as expected: one line for each part. */
export function differences(end: AttemptEnd, expected: Expected): string[] {
  return Object.entries(expected).flatMap(([key, wanted]) => {
    const found: unknown = (end as Record<string, unknown>)[key];
    const fits =
      wanted instanceof RegExp ? wanted.test(String(found)) : JSON.stringify(found) === JSON.stringify(wanted);
    return fits
      ? []
      : [`${key}: ${JSON.stringify(found)} and not ${wanted instanceof RegExp ? wanted : JSON.stringify(wanted)}`];
  });
}
