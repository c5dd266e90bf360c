/** Words for a shell: how a command is shown, and how a sandbox is put before it. */
import type { AgentConfig } from '../config.js';

/** A shell word on one line, quoted only where it has to be. */
export function quoted(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word;
  const within = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  if (!word.includes('\n')) return within(word);
  return `"$(printf %b ${within(word.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'))})"`;
}

/** A program behind the sandbox, which is a prefix of the user's own, in shell words; as it is where there is none. */
export function sandboxed(
  { sandbox }: Pick<AgentConfig, 'sandbox'>,
  program: string,
  args: readonly string[],
  shellName: string,
): { readonly program: string; readonly args: readonly string[] } {
  if (sandbox === '') return { program, args };
  return { program: 'sh', args: ['-c', `exec ${sandbox} "$@"`, shellName, program, ...args] };
}
