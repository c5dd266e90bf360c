/**
 * The one file through which tests meet uvu: adds a time limit to every test (uvu has none), and counts passes and
 * failures for the closing line of the whole run (scripts/test.mjs adds the files up).
 */
import { appendFileSync } from 'node:fs';
import { suite as uvuSuite } from 'uvu';

export * as assert from 'uvu/assert';

const results = process.env.STEPLADDER_TEST_RESULTS;

function record(line: { suite: string; test: string; ok: boolean; ms: number; skipped?: string; why?: string }): void {
  if (results !== undefined) appendFileSync(results, `${JSON.stringify(line)}\n`);
}

export interface Suite {
  /** A test is a sentence. `timeoutMs` is four minutes by default: generous, since a busy machine is no failure. */
  (name: string, body: () => void | Promise<void>, options?: { timeoutMs?: number }): void;
  /** Left out on this machine, for the reason given; counted and printed as skipped. */
  skip(name: string, reason: string): void;
}

/** A suite named after a behaviour. Its tests run one after the other, once the file has been read to its end. */
export function suite(name: string): Suite {
  const inner = uvuSuite(name);
  let scheduled = false;
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => inner.run());
  };
  const test = (title: string, body: () => void | Promise<void>, options: { timeoutMs?: number } = {}): void => {
    schedule();
    inner(title, async () => {
      const limit = options.timeoutMs ?? 240_000;
      const started = performance.now();
      let timer: NodeJS.Timeout | undefined;
      try {
        await Promise.race([
          Promise.resolve().then(body),
          new Promise<never>((_, reject) => {
            timer = setTimeout(() => reject(new Error(`still running after ${limit} ms`)), limit);
          }),
        ]);
        record({ suite: name, test: title, ok: true, ms: Math.round(performance.now() - started) });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        record({ suite: name, test: title, ok: false, ms: Math.round(performance.now() - started), why });
        throw error;
      } finally {
        clearTimeout(timer);
      }
    });
  };
  return Object.assign(test, {
    skip(title: string, reason: string): void {
      console.log(`skipped: ${name}: ${title} (${reason})`);
      record({ suite: name, test: title, ok: true, ms: 0, skipped: reason });
    },
  });
}

/** The suite where its tests can run here; else one that leaves each of them out, and says why. */
export function where(here: boolean, test: Suite, why: string): Suite {
  const leftOut = (title: string): void => test.skip(title, why);
  return here ? test : Object.assign(leftOut, { skip: test.skip });
}
