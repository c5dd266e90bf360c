/** Agents that have a program of their own: which one, with what flags, and who listens. One file each beside this. */
import type { AgentConfig } from '../config.js';
import { printable } from '../diagnostic.js';
import { files } from '../record/files.js';
import type { Agent, AttemptRequest } from './agent.js';
import { LONGEST_EVENT } from './events.js';
import { GRACE_MS, type Launch, type Listener, type Patience, runAgent } from './run-agent.js';
import { type CliKind, effortOf } from './rungs.js';
import { quoted, sandboxed } from './shell.js';

const SHELL_NAME = 'stepladder-agent';

/** What a launch is made from: the rung in the program's own words, and the names of what it gets. */
export interface Choice {
  readonly model: string;
  readonly effort: string | null;
  readonly task: string;
  /** A file that holds the verdict's schema, where the program wants one. */
  readonly schemaFile: string;
}

export interface Cli {
  readonly kind: CliKind;
  /** As it is called on the PATH. */
  readonly program: string;
  /** Variables of the user's that would beat the rung; `env:` of the agent's configuration is not touched. */
  readonly scrubbed: readonly string[];
  /** What the schema's file holds; none where it wants no file. */
  readonly schema?: unknown;
  /** The flags, the configuration's `args` among them, and the variables that go with them. */
  launch(
    choice: Choice,
    config: AgentConfig,
  ): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };
  listener(agent: string): Listener;
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
    refuses({ model, thinking }) {
      const found = effortOf(cli.kind, model, thinking, config.thinking);
      return 'problem' in found ? found.problem : null;
    },
    describe(rung) {
      const { args, env } = cli.launch({ ...choose(cli, config, rung), task: 'TASK', schemaFile: 'SCHEMA' }, config);
      const shown = args.map((arg) => (arg.startsWith('{') ? 'SCHEMA' : quoted(arg)));
      const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
      const sandbox = config.sandbox === '' ? [] : [config.sandbox];
      const words = [...variables, ...sandbox, quoted(program), ...shown];
      return printable(`${words.join(' ')} < PROMPT`);
    },
    run(request) {
      const schemaFile = `${request.promptFile}.schema.json`;
      if (cli.schema !== undefined) files.writeIfChanged(schemaFile, `${JSON.stringify(cli.schema)}\n`);
      const { args, env } = cli.launch(
        { ...choose(cli, config, request.rung), task: request.task, schemaFile },
        config,
      );
      const launch: Launch = {
        ...sandboxed(config, program, args, SHELL_NAME),
        env: environmentOf(cli, config, request.env, env),
        longestLine: LONGEST_EVENT,
      };
      const patience = { graceMs: GRACE_MS, ...options };
      return runAgent(config, request, launch, cli.listener(config.name), patience);
    },
  };
}
