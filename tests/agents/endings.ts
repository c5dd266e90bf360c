/** Every way of ending in the table, with the real programs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import { withServer } from '../model-server/running.js';
import { CASES, differences, expectedOf } from '../rig/cases.js';
import { inFolder } from '../rig/folder.js';
import { CHECKOUT } from '../rig/project.js';
import { assert, suite } from '../rig/suite.js';
import { NOBODY } from './client.js';
import { play } from './play.js';
import { scrubbed } from './recording.js';

/** With STEPLADDER_RECORD=1 what the agents print is kept for the tests that need none of them. */
const RECORD = process.env.STEPLADDER_RECORD === '1';

/** Only the cases whose name holds this. */
const ONLY = process.env.STEPLADDER_CASE;

/** The whole table for one agent. */
export function endingsOf(kind: CliKind): void {
  const test = suite(`${kind}, the real one`);
  for (const one of CASES) {
    const expected = expectedOf(one, kind);
    if (expected === null || (ONLY !== undefined && !one.name.includes(ONLY))) continue;
    test(
      `${one.name} is ${expected.end}`,
      () =>
        inFolder((dir) =>
          withServer(one.script, join(dir, 'work'), async (server) => {
            const end = await play(kind, dir, one.nobody === true ? NOBODY : server.url, one);
            const transcript = readFileSync(join(dir, 'state/1.log'), 'utf8');
            const wrong = differences(end, expected);
            assert.equal(wrong, [], `${wrong.join('\n')}\n${JSON.stringify(end)}\n${transcript.slice(0, 4000)}`);
            if (one.name === 'success') {
              assert.is(readFileSync(join(dir, 'work/hi.txt'), 'utf8'), 'hi\n');
              assert.is(readFileSync(join(dir, 'work/new.txt'), 'utf8'), 'one\ntwo\n');
            }
            if (one.name === 'denied') assert.not.ok(existsSync(join(dir, 'work/denied.txt')));
            if (!RECORD) return;
            const folder = join(CHECKOUT, 'tests/fixtures/agents', kind);
            mkdirSync(folder, { recursive: true });
            writeFileSync(join(folder, `${one.name}.jsonl`), scrubbed(transcript, dir));
          }),
        ),
      { timeoutMs: 120_000 },
    );
  }
}
