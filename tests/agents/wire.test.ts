import { join } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import { DEFAULT_LADDER } from '../../src/config.js';
import { withServer } from '../model-server/running.js';
import type { Body } from '../model-server/server.js';
import { verdict } from '../model-server/turns.js';
import { KINDS } from '../rig/cases.js';
import { inFolder } from '../rig/folder.js';
import { assert, suite } from '../rig/suite.js';
import { play } from './play.js';

const test = suite('what the real agents send');

/** Model, effort and whether it thinks, of a request of that agent. */
function asked(kind: CliKind, body: Body): string {
  const {
    model,
    thinking,
    output_config: config,
    reasoning,
  } = body as Body & {
    thinking?: { type: string };
    output_config?: { effort?: string };
    reasoning?: { effort?: string };
  };
  if (kind === 'codex') return `${model} ${reasoning?.effort}`;
  return `${model} ${config?.effort ?? '-'} ${thinking?.type ?? 'off'}`;
}

/** For the versions that scripts/agents.mjs installs. */
const WANTED: Readonly<Record<CliKind, readonly string[]>> = {
  claude: [
    'claude-sonnet-5-5 low off',
    'claude-sonnet-5-5 medium adaptive',
    'claude-sonnet-5-5 high adaptive',
    'claude-opus-5-5 high adaptive',
    'claude-opus-5-5 max adaptive',
  ],
  codex: ['gpt-6.1-sol low', 'gpt-6.1-sol medium', 'gpt-6.1-sol high', 'gpt-6-astra high', 'gpt-6-astra max'],
  opencode: [
    'claude-sonnet-5 low adaptive',
    'claude-sonnet-5 medium adaptive',
    'claude-sonnet-5 high adaptive',
    'claude-opus-5-5 high adaptive',
    'claude-opus-5-5 max adaptive',
  ],
};

/** What would choose for it, were it not taken away. */
const IN_THE_WAY = {
  CLAUDE_CODE_EFFORT_LEVEL: 'xhigh',
  MAX_THINKING_TOKENS: '5',
  ANTHROPIC_MODEL: 'claude-haiku-4-5',
  CLAUDE_CODE_DISABLE_THINKING: '1',
};

for (const kind of KINDS) {
  for (const [at, rung] of DEFAULT_LADDER.entries()) {
    test(
      `${kind}: ${rung}`,
      () =>
        inFolder((dir) =>
          withServer([verdict({ ok: true })], join(dir, 'work'), async (server) => {
            const env = rung === 'sonnet/none' ? {} : IN_THE_WAY;
            const end = await play(kind, dir, server.url, {
              rung,
              env,
              request: { prompt: 'Mend the söre parser.\n' },
            });
            assert.is(end.end, 'verdict', JSON.stringify(end));
            const body = server.turns[0]?.body;
            assert.is(body && asked(kind, body), WANTED[kind][at]);
            assert.match(JSON.stringify(body), 'Mend the söre parser.');
          }),
        ),
      { timeoutMs: 120_000 },
    );
  }
}
