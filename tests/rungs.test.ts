import type { Agent } from '../src/agents/agent.js';
import { agentFor, agentOf, sandboxOf } from '../src/agents/known.js';
import { type Config, DEFAULT_LADDER, defaultConfig, parseRung } from '../src/config.js';
import { Refusal } from '../src/diagnostic.js';
import { agentConfig } from './rig/attempts.js';
import { KINDS } from './rig/cases.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('rungs');

const CONFIG = defaultConfig('/project');

/** What would be executed for a rung, as `make plan` shows it. */
function command(rung: string, config: Config = CONFIG): string {
  const parsed = parseRung(rung, Object.keys(config.agents));
  if (parsed === null) throw new Error(`${rung} is no rung`);
  const { agent, model }: { agent: Agent; model: string } = agentOf(config, parsed, 'auto');
  return agent.describe({ model, thinking: parsed.thinking });
}

function refusal(rung: string, config: Config = CONFIG): string {
  try {
    command(rung, config);
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostics.map((one) => `${one.message}\n${one.remedy}`).join('\n');
    throw error;
  }
  throw new Error(`${rung} was not refused`);
}

test('every default rung means something to every agent', () => {
  for (const kind of KINDS) {
    const commands = DEFAULT_LADDER.map((rung) => command(`${kind}:${rung}`));
    assert.is(new Set(commands).size, DEFAULT_LADDER.length, commands.join('\n'));
  }
});

test('Claude Code gets model and effort as flags; no thinking is turned off by variables', () => {
  assert.match(command('claude:sonnet/thinking'), '--model sonnet --effort medium ');
  assert.match(command('claude:sonnet/extended'), '--effort high ');
  assert.match(command('claude:opus/ultrathink'), '--model opus --effort max ');
  const none = command('claude:sonnet/none');
  assert.match(none, 'CLAUDE_CODE_DISABLE_THINKING=1 MAX_THINKING_TOKENS=0 ');
  assert.match(none, '--effort low ');
  assert.not.match(command('claude:sonnet/thinking'), 'DISABLE_THINKING');
});

test('Codex and OpenCode get models of their own for sonnet and opus', () => {
  assert.match(command('codex:sonnet/thinking'), '-m gpt-6.1-sol -c model_reasoning_effort=medium ');
  assert.match(command('codex:opus/ultrathink'), '-m gpt-6-astra -c model_reasoning_effort=max ');
  assert.match(command('codex:sonnet/none'), 'model_reasoning_effort=low ');
  assert.match(command('opencode:opus/extended'), '--model anthropic/claude-opus-5-5 --variant high ');
});

test('aliases go before what the table says, and a model that nobody knows is passed on', () => {
  const config = { ...CONFIG, aliases: { codex: { sonnet: 'gpt-5.5' } } };
  assert.match(command('codex:sonnet/extended', config), '-m gpt-5.5 ');
  assert.match(command('codex:house/model/xhigh'), '-m house/model -c model_reasoning_effort=xhigh ');
});

test('an agent may be told further words, and other meanings', () => {
  const mine = agentConfig('', {
    name: 'mine',
    kind: 'codex',
    command: null,
    thinking: { deep: 'ultra', thinking: 'high' },
  });
  const config = { ...CONFIG, agents: { ...CONFIG.agents, mine } };
  assert.match(command('mine:opus/deep', config), 'model_reasoning_effort=ultra ');
  assert.match(command('mine:opus/thinking', config), 'model_reasoning_effort=high ');
  assert.match(refusal('codex:opus/deep', config), 'cannot do the rung');
});

test('the best that a model has is its ultrathink; a model without efforts still does none', () => {
  assert.match(command('codex:gpt-5.5/ultrathink'), 'model_reasoning_effort=xhigh ');
  assert.not.match(command('opencode:openai/gpt-4.1/none'), '--variant');
});

test('a rung that the agent or the model cannot do is refused, with what it could do', () => {
  assert.match(refusal('claude:sonnet/hard'), /“claude:sonnet\/hard”: sonnet knows none, thinking, .*max/);
  assert.match(refusal('opencode:anthropic/claude-sonnet-4-5/thinking'), /knows none, extended, ultrathink, high, max/);
  assert.match(refusal('codex:gpt-5.5/max'), /aliases: \{codex: \{gpt-5.5: …\}\}/);
  assert.match(refusal('claude:sonnet/constructor'), 'cannot do the rung');
});

test('edits asks for less than bypass, in each agent’s own words; args come with the flags, a sandbox before them', () => {
  const edits = (kind: (typeof KINDS)[number]): string => {
    const agents = {
      ...CONFIG.agents,
      [kind]: agentConfig('', { name: kind, kind, command: null, permissions: 'edits' }),
    };
    return command(`${kind}:sonnet/extended`, { ...CONFIG, agents });
  };
  assert.match(command('claude:sonnet/extended'), '--permission-mode bypassPermissions');
  assert.match(edits('claude'), '--permission-mode acceptEdits');
  assert.match(command('codex:sonnet/extended'), '--dangerously-bypass-approvals-and-sandbox');
  assert.match(edits('codex'), '-s workspace-write');
  assert.match(command('opencode:sonnet/extended'), '--auto');
  assert.not.match(edits('opencode'), '--auto');
  const own = {
    name: 'mine',
    kind: 'claude',
    command: '/opt/claude',
    args: ['--add-dir', 'x y'],
    sandbox: 'bwrap --bind / /',
  } as const;
  const mine = agentFor({ ...CONFIG, agents: { mine: agentConfig('', { ...own, env: { A_KEY: 'secret' } }) } }, 'mine');
  const shown = mine.describe({ model: 'sonnet', thinking: 'extended' });
  assert.match(shown, / bwrap --bind \/ \/ \/opt\/claude -p .*--add-dir 'x y' < PROMPT$/);
  assert.not.match(shown, 'secret');
});

test('the sandbox that holds for checks is that of the agent which auto finds', () =>
  inFolder((dir) => {
    const path = process.env.PATH;
    const claude = agentConfig('', { name: 'claude', kind: 'claude', command: '/bin/sh', sandbox: 'nice' });
    try {
      process.env.PATH = dir;
      assert.is(sandboxOf(CONFIG, 'auto'), '');
      assert.is(sandboxOf({ ...CONFIG, agents: { ...CONFIG.agents, claude } }, 'auto'), 'nice');
      assert.is(sandboxOf({ ...CONFIG, agents: { ...CONFIG.agents, claude } }, 'codex'), '');
    } finally {
      process.env.PATH = path;
    }
  }));
