/** What an agent's shell tool was told to run: a sleep of its own, by which it is found. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whether a program of that command line runs; `Z` is dead, only not yet collected. */
export function runs(words: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() === words;
    } catch {
      // No process, or gone meanwhile.
      return false;
    }
  });
}

/** Resolves once a program of that command line runs. */
export async function running(words: string): Promise<void> {
  while (!runs(words)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Seconds that no other sleep is likely to be told. */
export const unlikely = (): string => `sleep ${40_000 + Math.floor(Math.random() * 50_000)}`;
