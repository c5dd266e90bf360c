/** What a command is. This folder: one thin file per command; the rooms below do the work. */
import type { ExitCode } from '../diagnostic.js';

export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  /** What stands for the value in the help, such as `TEXT`. */
  readonly value?: string;
  readonly says: string;
}

export interface Invocation {
  /** Absolute path of the project. */
  readonly root: string;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Prints to standard output, with a newline. */
  print(text: string): void;
}

export interface Command {
  readonly name: string;
  /** What follows the name, such as `NAME` or `NAME TEXT`; '' for nothing. */
  readonly takes: string;
  /** How many arguments it wants: [least, most]. */
  readonly arity: readonly [number, number];
  readonly says: string;
  readonly example: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** `first`: on the first page of the help; `make`: called by Make. */
  readonly page: 'first' | 'further' | 'make';
  run(invocation: Invocation): Promise<ExitCode> | ExitCode;
}
