/** Agents that have a program of their own: which one, with what flags, and who listens. One file each beside this. */
import type { AgentConfig } from '../config.js';
import { printable } from '../diagnostic.js';
import { sha256 } from '../record/digest.js';
import type { Usage } from '../record/event.js';
import { files } from '../record/files.js';
import { attachedProcesses } from '../record/marked.js';
import type { Agent, AttemptEnd, AttemptRequest, Resumed } from './agent.js';
import { LONGEST_EVENT } from './events.js';
import { GRACE_MS, type Launch, type Listener, type Patience, runAgent } from './run-agent.js';
import { type CliKind, effortOf } from './rungs.js';
import { quoted, sandboxed } from './shell.js';

const SHELL_NAME = 'stepladder-agent';
const GONE = 'the session cannot be taken up again: beginning a new one';

/** How an attempt ends whose session is gone. */
const NOT_TAKEN_UP: ReadonlySet<AttemptEnd['end']> = new Set(['environment', 'no-verdict']);

/** One start of the program. */
interface Once {
  readonly end: AttemptEnd;
  /** Whether the model was heard. */
  readonly answered: boolean;
}

/** What a launch is made from: the rung in the program's own words, and the names of what it gets. */
export interface Choice {
  readonly model: string;
  readonly effort: string | null;
  readonly task: string;
  /** A file that holds the verdict's schema, where the program wants one. */
  readonly schemaFile: string;
  /** The session to go on in; null: a new one. */
  readonly resume: string | null;
  /** Dollars; null: as many as it takes. */
  readonly allowanceUsd: number | null;
}

export interface Cli {
  readonly kind: CliKind;
  /** As it is called on the PATH. */
  readonly program: string;
  /** Variables of the user's that would beat the rung; `env:` of the agent's configuration is not touched. */
  readonly scrubbed: readonly string[];
  /** Whether it says what it cost. */
  readonly tellsCost: boolean;
  /** Variables that say with which login, and whom, it asks. */
  readonly accountVariables: readonly string[];
  /** The provider that a model is asked of, where there are several. */
  providerOf?(model: string): string;
  /** What the schema's file holds; none where it wants no file. */
  readonly schema?: unknown;
  /** The flags, the configuration's `args` among them, and the variables that go with them. */
  launch(
    choice: Choice,
    config: AgentConfig,
  ): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };
  /**
   * @param processes the pids of all that the attempt has running now
   * @param before `sessionUsage` of the session that it goes on in, so far as it is known
   */
  listener(agent: string, processes: () => readonly number[], before?: Usage | null): Listener;
}

function environmentOf(
  cli: Cli,
  config: AgentConfig,
  base: AttemptRequest['env'],
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(base).filter(([name]) => !cli.scrubbed.includes(name));
  return { ...Object.fromEntries(kept), ...own, ...config.env };
}

/** @throws Error for a rung that `refuses` refuses: whoever runs it has asked before */
function choose(
  cli: Cli,
  config: AgentConfig,
  rung: { readonly model: string; readonly thinking: string },
): Pick<Choice, 'model' | 'effort'> {
  const found = effortOf(cli.kind, rung.model, rung.thinking, config.thinking);
  if ('problem' in found) throw new Error(`${rung.model}/${rung.thinking}: ${found.problem}`);
  return { model: rung.model, effort: found.effort };
}

export function cliAgent(cli: Cli, config: AgentConfig, options: Partial<Patience> = {}): Agent {
  const program = config.command ?? cli.program;
  return {
    name: config.name,
    kind: cli.kind,
    tellsCost: cli.tellsCost,
    account(env, model) {
      const its = environmentOf(cli, config, env, {});
      const login = ['HOME', ...cli.accountVariables].map((name) => its[name] ?? null);
      const id = sha256(JSON.stringify([cli.kind, cli.providerOf?.(model) ?? '', ...login])).slice(0, 16);
      return { id, name: config.name };
    },
    refuses({ model, thinking }) {
      const found = effortOf(cli.kind, model, thinking, config.thinking);
      return 'problem' in found ? found.problem : null;
    },
    describe(rung) {
      const choice = { ...choose(cli, config, rung), task: 'TASK', schemaFile: 'SCHEMA' };
      const { args, env } = cli.launch({ ...choice, resume: null, allowanceUsd: null }, config);
      const shown = args.map((arg) => (arg.startsWith('{') ? 'SCHEMA' : quoted(arg)));
      const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
      const sandbox = config.sandbox === '' ? [] : [config.sandbox];
      const words = [...variables, ...sandbox, quoted(program), ...shown];
      return printable(`${words.join(' ')} < PROMPT`);
    },
    async run(request) {
      const schemaFile = `${request.promptFile}.schema.json`;
      if (cli.schema !== undefined) files.writeIfChanged(schemaFile, `${JSON.stringify(cli.schema)}\n`);
      const patience = { graceMs: GRACE_MS, ...options };
      const once = async (resume: Resumed | null, again?: string): Promise<Once> => {
        const { task, allowanceUsd } = request;
        const choice = { ...choose(cli, config, request.rung), task, schemaFile, allowanceUsd };
        const { args, env } = cli.launch({ ...choice, resume: resume?.session ?? null }, config);
        const launch: Launch = {
          ...sandboxed(config, program, args, SHELL_NAME),
          env: environmentOf(cli, config, request.env, env),
          longestLine: LONGEST_EVENT,
          ...(again === undefined ? {} : { again: `stepladder: ${again}` }),
        };
        const prompt = resume?.prompt ?? request.prompt;
        // A new session counts from nothing.
        const before = resume?.sessionUsage ?? null;
        const listener = cli.listener(config.name, () => attachedProcesses(request.mark), before);
        const end = await runAgent(config, { ...request, prompt }, launch, listener, patience);
        return { end, answered: listener.answered };
      };
      const { resume } = request;
      const { end, answered } = await once(resume);
      // Sessions are swept away, or left behind on another machine: then nobody has been asked anything.
      if (resume === null || answered || !NOT_TAKEN_UP.has(end.end)) return end;
      request.onActivity(GONE);
      return (await once(null, GONE)).end;
    },
  };
}
