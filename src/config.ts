/**
 * The resolved configuration: what every other room works with. Reading stepladder.yaml is in config/read.ts,
 * which is loaded only where the file changed since it was last read.
 */

/** `[agent:]model/thinking`, one level of the ladder. */
export interface Rung {
  /** As written; the rung's identity. */
  readonly text: string;
  /** The agent before the first colon, where that is a known agent; null: the configured one. */
  readonly agent: string | null;
  readonly model: string;
  readonly thinking: string;
}

export type AgentKind = 'command' | 'claude' | 'codex' | 'opencode';

export interface AgentConfig {
  readonly name: string;
  readonly kind: AgentKind;
  /** For kind `command`: run with `sh -c` in the workspace. */
  readonly command: string | null;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly permissions: 'bypass' | 'edits';
  /** What the words after a rung's slash mean to it, where that is not what the table in agents/rungs.ts says. */
  readonly thinking?: Readonly<Record<string, string>>;
  /**
   * Whether a further attempt goes on in the session of the last one, where the agent has such a thing: on the same rung
   * (`rung`), also on the next (`ladder`), or not at all; absent: not at all.
   */
  readonly resume?: 'never' | 'rung' | 'ladder';
  /** Prefix for the agent's command and for checks, or ''. */
  readonly sandbox: string;
}

export interface CheckConfig {
  /** Run with `sh -c` in the workspace; must exit 0. */
  readonly run: string;
  readonly timeoutMs: number | null;
  readonly when: 'step' | 'landing';
}

export interface Budget {
  readonly usd: number | null;
  readonly tokens: number | null;
}

export interface GroupConfig {
  /** A glob over task names, or the name of a group (a task's `group`). */
  readonly match: string;
  readonly ladder: readonly Rung[] | null;
  readonly agent: string | null;
  readonly verify: readonly CheckConfig[] | null;
  readonly prompt: string | null;
  readonly timeoutMs: number | null;
  readonly budget: Budget | null;
}

export type Isolation = 'auto' | 'in-place' | 'worktree';

export interface Config {
  /** Absolute path of the project: the folder in which Make runs. Not part of the cached form. */
  readonly root: string;
  /** sha256 (hex) of stepladder.yaml's bytes; '' where there is none. */
  readonly hash: string;
  /** The backlog's folder, relative to the root, with `/`, no trailing one. */
  readonly tasks: string;
  /** Relative to the root, or absolute, as written; `.` by default. */
  readonly workspace: string;
  readonly reports: string;
  readonly ladder: readonly Rung[];
  /** `auto` or a name in `agents`. */
  readonly agent: string;
  readonly agents: Readonly<Record<string, AgentConfig>>;
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly groups: readonly GroupConfig[];
  readonly prompt: string | null;
  readonly verify: 'auto' | readonly CheckConfig[];
  readonly checkRetries: number;
  readonly preflight: readonly string[];
  readonly isolation: Isolation;
  /** Commands run in each new work tree. */
  readonly setup: readonly string[];
  /** Globs of the files that what `setup` makes depends on; null: the lock files that are known by name. */
  readonly setupKey: readonly string[] | null;
  /** Ignored files, by globs, that each new work tree gets from the person's: as copies, or as links. */
  readonly carry: { readonly copy: readonly string[]; readonly link: readonly string[] };
  readonly repairs: number;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly retries: number;
  readonly maxWaitMs: number;
  readonly maxReopens: number;
  readonly budget: { readonly task: Budget | null; readonly run: Budget | null };
  readonly stubs: { readonly gate: 'error' | 'warn' | 'off'; readonly ignore: readonly string[] };
  readonly notify: string | null;
  readonly launch: string;
}

export const CONFIG_FILE = 'stepladder.yaml';
/** The folder of machine state, below the root. */
export const STATE = '.stepladder';

export const DEFAULT_LADDER = [
  'sonnet/none',
  'sonnet/thinking',
  'sonnet/extended',
  'opus/extended',
  'opus/ultrathink',
] as const;

/** Where a task without a rung starts, if the ladder has it; else the ladder's first. */
export const DEFAULT_RUNG = 'sonnet/thinking';

const MINUTE = 60_000;

/** Agents that are known without any configuration. */
export const BUILT_IN_AGENTS: Readonly<Record<string, AgentConfig>> = Object.fromEntries(
  (['claude', 'codex', 'opencode'] as const).map((kind) => [
    kind,
    { name: kind, kind, command: null, args: [], env: {}, permissions: 'bypass', sandbox: '' } satisfies AgentConfig,
  ]),
);

/**
 * Splits a rung. The agent is what stands before the first colon, if that is a known agent; the thinking is what
 * follows the last slash (DESIGN "Agents"). Null where there is no slash, or nothing before or after it.
 */
export function parseRung(text: string, agents: Iterable<string>): Rung | null {
  const known = new Set(agents);
  const colon = text.indexOf(':');
  const before = colon === -1 ? null : text.slice(0, colon);
  const agent = before !== null && known.has(before) ? before : null;
  const rest = agent === null ? text : text.slice(colon + 1);
  const slash = rest.lastIndexOf('/');
  if (slash <= 0 || slash === rest.length - 1 || /\s/.test(rest)) return null;
  return { text, agent, model: rest.slice(0, slash), thinking: rest.slice(slash + 1) };
}

/** The configuration of a project without stepladder.yaml. */
export function defaultConfig(root: string): Config {
  return {
    root,
    hash: '',
    tasks: 'tasks',
    workspace: '.',
    reports: 'reports',
    ladder: DEFAULT_LADDER.map((text) => {
      const slash = text.lastIndexOf('/');
      return { text, agent: null, model: text.slice(0, slash), thinking: text.slice(slash + 1) };
    }),
    agent: 'auto',
    agents: BUILT_IN_AGENTS,
    aliases: {},
    groups: [],
    prompt: null,
    verify: 'auto',
    checkRetries: 1,
    preflight: [],
    isolation: 'auto',
    setup: [],
    setupKey: null,
    carry: { copy: [], link: [] },
    repairs: 1,
    timeoutMs: 60 * MINUTE,
    idleTimeoutMs: 15 * MINUTE,
    retries: 4,
    maxWaitMs: 6 * 60 * MINUTE,
    maxReopens: 2,
    budget: { task: null, run: null },
    stubs: { gate: 'error', ignore: [] },
    notify: null,
    launch: '',
  };
}

/** What holds for one task: the configuration, then the groups that match it in the order written, then the task. */
export interface Effective {
  readonly ladder: readonly Rung[];
  /** `auto` or a name in `agents`. */
  readonly agent: string;
  readonly verify: 'auto' | readonly CheckConfig[];
  readonly prompt: string | null;
  readonly timeoutMs: number;
  readonly budget: Budget | null;
}

/** The rung a task starts on: its own, else sonnet/thinking where the ladder has it, else the ladder's first. */
export function startRung(ladder: readonly Rung[], own: string | null): Rung | null {
  if (own !== null) return ladder.find((rung) => rung.text === own) ?? null;
  return ladder.find((rung) => rung.text === DEFAULT_RUNG) ?? ladder[0] ?? null;
}
