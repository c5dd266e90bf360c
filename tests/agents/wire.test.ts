import type { CliKind } from '../../src/agents/rungs.js';
import { DEFAULT_LADDER } from '../../src/config.js';
import type { Body } from '../model-server/server.js';
import { verdict, write } from '../model-server/turns.js';
import { KINDS } from '../rig/cases.js';
import { assert, suite } from '../rig/suite.js';
import { config, LONG, scene, testOf } from './scene.js';

const all = suite('what the real agents send');

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
  const test = testOf(all, kind);

  /** A step that climbs from that rung to the top: what was sent on each. */
  const climbed = (from: number, env: Readonly<Record<string, string>>): Promise<void> => {
    const rungs = DEFAULT_LADDER.slice(from);
    const script = [
      ...rungs.slice(1).map(() => verdict({ ok: false, reason: 'beyond me' })),
      write('parser.txt', 'mended\n'),
      verdict({ ok: true }),
    ];
    const tasks = { mend: `---\nrung: ${rungs[0]}\n---\n# Mend the söre parser\n` };
    return scene(kind, script, { tasks, config: config(kind) }, async ({ project, server, orchestrate }) => {
      const ran = await orchestrate(env);
      assert.is(ran.code, 0, ran.output);
      const bodies = server.turns.slice(0, rungs.length).map(({ body }) => body ?? {});
      assert.equal(
        bodies.map((body) => asked(kind, body)),
        WANTED[kind].slice(from),
      );
      for (const body of bodies) assert.match(JSON.stringify(body), 'Mend the söre parser');
      assert.equal(
        project.receipt('mend')?.path.map((one) => one.rung),
        rungs,
      );
    });
  };

  test(`${kind}: the model and the effort of every rung of the default ladder`, () => climbed(0, {}), LONG);

  if (kind === 'claude') {
    test('claude: the rung decides, and not what the environment says', () => climbed(1, IN_THE_WAY), LONG);
  }
}
