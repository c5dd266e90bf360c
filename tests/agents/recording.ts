/** What a real agent prints, kept for the tests that need none: no paths, ports or ids of the machine, no long lists. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import { withServer } from '../model-server/running.js';
import { type Case, differences, type Expected } from '../rig/cases.js';
import { inFolder } from '../rig/folder.js';
import { CHECKOUT } from '../rig/project.js';
import { assert } from '../rig/suite.js';
import { NOBODY } from './client.js';
import { play } from './play.js';

/** What the agents print is to be recorded, and nothing else tested. */
export const RECORD = process.env.STEPLADDER_RECORD === '1';

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '00000000-0000-0000-0000-000000000000'],
  [/\b(ses|msg|prt)_[A-Za-z0-9]{20,}/g, '$1_0'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-01-02T03:04:05.678Z'],
  [/\brun=[0-9a-f]{8}\b/g, 'run=0'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:1'],
];
/** What only says what this version can do, and on what machine. */
const LEFT_OUT = new Set([
  'agents',
  'capabilities',
  'mcp_servers',
  'memory_paths',
  'messaging_socket_path',
  'plugins',
  'skills',
  'slash_commands',
  'terminal_slash_commands',
  'timestamp',
  'tools',
]);

function shortened(line: string): string {
  if (!line.startsWith('{')) return line;
  const value: unknown = JSON.parse(line);
  return JSON.stringify(value, (key, inner: unknown) => (LEFT_OUT.has(key) ? undefined : inner));
}

/** @param folder in which it was made */
function scrubbed(transcript: string, folder: string): string {
  // OpenCode names it without its first slash as well.
  const text = transcript.replaceAll(folder, '/project').replaceAll(folder.slice(1), 'project');
  const lines = text.split('\n').map(shortened);
  return REPLACED.reduce((scrubbing, [pattern, by]) => scrubbing.replace(pattern, by), lines.join('\n'));
}

/** Plays one case without a step around it, and keeps what was printed if it ends as it should. */
export function record(kind: CliKind, one: Case, expected: Expected): Promise<void> {
  return inFolder((dir) =>
    withServer(one.script, join(dir, 'work'), async (server) => {
      const end = await play(kind, dir, one.nobody === true ? NOBODY : server.url, one);
      const transcript = readFileSync(join(dir, 'state/1.log'), 'utf8');
      const wrong = differences(end, expected);
      assert.equal(wrong, [], `${wrong.join('\n')}\n${JSON.stringify(end)}\n${transcript.slice(0, 4000)}`);
      const folder = join(CHECKOUT, 'tests/fixtures/agents', kind);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${one.name}.jsonl`), scrubbed(transcript, dir));
    }),
  );
}
