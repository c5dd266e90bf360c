/**
 * What follows in a step from the end of an attempt (DESIGN, the table of outcomes), where the ladder has the agent's
 * rung and above it one of somebody who does it: he comes in exactly where the ladder is climbed.
 */
import { EXIT, type ExitCode } from '../../src/diagnostic.js';
import type { OutcomeName } from '../../src/record/event.js';
import type { Expected } from './cases.js';

export interface Follows {
  /** Of all attempts in order, the one above the agent's rung among them. */
  readonly outcomes: readonly OutcomeName[];
  /** In words, for the test's name. */
  readonly words: string;
  /** Of the run: Make's own is 2 where this is not 0. */
  readonly exit: ExitCode;
  /** Whether the next run starts as if this one had not been. */
  readonly nothingHeld: boolean;
}

/** @param retries of the configuration */
export function followsFrom(expected: Expected, retries: number): Follows {
  const halted = { exit: EXIT.halted, nothingHeld: true } as const;
  const climbed = { exit: EXIT.done, nothingHeld: false } as const;
  switch (expected.end) {
    case 'verdict':
      switch ((expected.verdict as { readonly kind: string }).kind) {
        case 'ok':
          return { outcomes: ['done'], words: 'it is done', exit: EXIT.done, nothingHeld: false };
        case 'question':
          return { outcomes: ['question'], words: 'it waits for a person', exit: EXIT.waiting, nothingHeld: false };
        default:
          return { outcomes: ['failed', 'done'], words: 'the next rung does it', ...climbed };
      }
    case 'no-verdict':
      return expected.exitCode === 0
        ? { outcomes: ['failed', 'failed', 'done'], words: 'asked once more, then the next rung does it', ...climbed }
        : { outcomes: ['failed', 'done'], words: 'the next rung does it', ...climbed };
    case 'timeout':
      return { outcomes: ['timeout', 'timeout', 'done'], words: 'once more, then the next rung does it', ...climbed };
    case 'transient':
      return {
        outcomes: Array.from({ length: retries + 1 }, () => 'transient' as const),
        words: retries === 0 ? 'the run halts' : 'tried again, then the run halts',
        ...halted,
      };
    case 'limit':
    case 'environment':
      return { outcomes: [expected.end], words: 'the run halts', ...halted };
    case 'budget':
      return { outcomes: ['failed'], words: 'the task ends', exit: EXIT.failed, nothingHeld: false };
    case 'interrupted':
      return { outcomes: ['interrupted'], words: 'nothing is lost', exit: EXIT.interrupted, nothingHeld: true };
  }
}
