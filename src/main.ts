/** The table of contents: every command, and how a command line becomes one of them. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from './commands/all.js';
import type { Command } from './commands/command.js';
import { commandHelp, overview } from './commands/help.js';
import { CONFIG_FILE, STATE } from './config.js';
import { didYouMean, EXIT, type ExitCode, printable, refuse } from './diagnostic.js';
import { explain } from './failure.js';

declare const STEPLADDER_VERSION: string;

/** The project a person stands in: the nearest folder upwards that stepladder has been at home in, else this one. */
function projectRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, CONFIG_FILE)) || existsSync(join(folder, STATE))) return folder;
    if (folder === dirname(folder)) return from;
  }
}

function usage(command: Command, problem: string): never {
  throw refuse(
    `${problem}`,
    `stepladder ${command.name} ${command.takes}`.trim().concat(`   (stepladder ${command.name} --help)`),
  );
}

function read(
  command: Command,
  argv: readonly string[],
): { args: string[]; options: Record<string, string | boolean | undefined> } {
  const known = { ...command.options, help: { type: 'boolean', says: 'this page' } } as const;
  const options = Object.fromEntries(Object.entries(known).map(([name, spec]) => [name, { type: spec.type }]));
  const parsed = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue;
    const spec = command.options[token.name] ?? (token.name === 'help' ? known.help : undefined);
    if (spec === undefined) {
      const names = Object.keys(known).map((name) => `--${name}`);
      throw refuse(
        `${command.name}: unknown option ${printable(token.rawName)}`,
        didYouMean(token.rawName, names, `known: ${names.join(', ')}`),
      );
    }
    if (spec.type === 'string' && token.value === undefined)
      usage(command, `${command.name}: --${token.name} wants a value`);
    if (spec.type === 'boolean' && token.value !== undefined)
      usage(command, `${command.name}: --${token.name} takes no value`);
  }
  const values: Record<string, string | boolean | undefined> = {};
  for (const [name, value] of Object.entries(parsed.values)) values[name] = Array.isArray(value) ? value.at(-1) : value;
  return { args: parsed.positionals, options: values };
}

/** Runs the command that the arguments name. @throws Refusal for wrong usage */
async function dispatch(argv: readonly string[], root: string): Promise<ExitCode> {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const named = first === 'help' ? commands.find((command) => command.name === rest[0]) : undefined;
    print(named === undefined ? overview(commands) : commandHelp(named));
    return EXIT.done;
  }
  if (first === '--version' || first === '-V') {
    print(STEPLADDER_VERSION);
    return EXIT.done;
  }
  const command = commands.find((candidate) => candidate.name === first);
  if (command === undefined) {
    const names = commands.map((candidate) => candidate.name);
    throw refuse(`unknown command “${printable(first)}”`, didYouMean(first, names, 'stepladder --help lists them'));
  }
  const { args, options } = read(command, rest);
  if (options.help === true) {
    print(commandHelp(command));
    return EXIT.done;
  }
  const [least, most] = command.arity;
  if (args.length < least) usage(command, `${command.name} wants ${command.takes}`);
  if (args.length > most) usage(command, `${command.name}: “${printable(args[most] ?? '')}” is one argument too many`);
  return command.run({ root, args, options, print });
}

/** The program: a command line in, an exit code out; what goes wrong is said on standard error. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  // What is under way goes on without being seen. Who reads us may go away (`stepladder status | head`): no error.
  let unseen: unknown = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') unseen ??= error;
  });
  // A step whose front-end was killed has nobody left to tell: it ends its work all the same.
  process.stderr.on('error', () => {});
  // Make runs us in the project's folder; a person may stand anywhere in it.
  const root = ['step', 'generate', 'orchestrate'].includes(argv[0] ?? '') ? process.cwd() : projectRoot(process.cwd());
  try {
    const exit = await dispatch(argv, root);
    // Writing is done when the loop has turned: only then is it known whether it could be.
    await new Promise((resolve) => setImmediate(resolve));
    if (unseen === null) return exit;
    throw unseen;
  } catch (error) {
    const { text, exitCode } = explain(error, root);
    process.stderr.write(text);
    return exitCode;
  }
}
