import type { Command } from './command.js';

const row = (left: string, right: string, width: number): string => `  ${left.padEnd(width)}  ${right}`;

const synopsis = (command: Command): string =>
  [
    command.name,
    command.takes,
    ...Object.entries(command.options).map(
      ([name, spec]) => `[--${name}${spec.value === undefined ? '' : ` ${spec.value}`}]`,
    ),
  ]
    .filter((part) => part !== '')
    .join(' ');

/** The first page: what one needs every day, then the rest. */
export function overview(commands: readonly Command[]): string {
  const section = (page: Command['page']): string => {
    const rows = commands.filter((command) => command.page === page);
    const left = (command: Command): string => `${command.name} ${command.takes}`.trim();
    const width = Math.max(...rows.map((command) => left(command).length));
    return rows.map((command) => row(left(command), command.says, width)).join('\n');
  };
  return [
    'stepladder: Make runs your coding agents. What they call done is verified.',
    '',
    'Usage: stepladder COMMAND …   (make orchestrate, make plan, make status … do the same)',
    '',
    section('first'),
    '',
    'Further:',
    section('further'),
    '',
    'For Make:',
    section('make'),
    '',
    'stepladder COMMAND --help explains one, with an example; stepladder --version says which one this is.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 blocked or waiting for a person, 4 halted, 130 interrupted.',
  ].join('\n');
}

/** The page of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, spec]) => [`--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`, spec.says] as const,
  );
  const width = Math.max(0, ...options.map(([left]) => left.length));
  return [
    `stepladder ${synopsis(command)}`,
    '',
    `  ${command.says}`,
    ...(options.length > 0 ? ['', ...options.map(([left, says]) => row(left, says, width))] : []),
    '',
    `Example: ${command.example}`,
  ].join('\n');
}
