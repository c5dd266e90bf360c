import type { Waiting, WaitingKind } from './shape.js';
import { shellWord } from './shell-word.js';

/** What a person is wanted for, as every report words it. */
export const WAITS: Readonly<Record<WaitingKind, string>> = {
  question: 'It asks',
  finding: 'Two rungs ended alike, with all checks green: you decide',
  checkpoint: 'Checkpoint',
  trust: 'Do you trust the change?',
  'task-file': 'Its file cannot be read; it and what depends on it are set aside',
};

/** The options that a person has to read before he can choose: those that no command of the same item says as they stand. */
export function toRead({ options, commands }: Pick<Waiting, 'options' | 'commands'>): readonly string[] {
  return options.filter((option) => !commands.some((command) => command.endsWith(` ${shellWord(option)}`)));
}
