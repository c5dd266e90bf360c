/** What setup made for states of the lock files that are over is forgotten: never while another step may be copying it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('setup forgotten');

const LOCK = 'package-lock.json';
const TASKS = ['a', 'b', 'c', 'd', 'e'];

/** Loaded into every process of ours: notes for each removal of what setup made whether anybody holds its lock. */
const NOTING = `const fs = require('node:fs');
const { rmSync } = fs;
fs.rmSync = (path, options) => {
  const [, state, key] = /^(.*\\/\\.stepladder)\\/setup\\/([0-9a-f]{24})$/.exec(path) ?? [];
  if (key !== undefined && fs.existsSync(path)) {
    const held = fs.readdirSync(state + '/locks').some((name) => name.includes('setup-' + key));
    fs.appendFileSync(process.env.NOTED, (held ? 'held' : 'free') + '\\n');
  }
  return rmSync(path, options);
};
`;

test('it is removed with its lock held', () =>
  withProject(
    {
      tasks: Object.fromEntries(
        TASKS.map((name, at) => [name, `---\ndepends: [${TASKS[at - 1] ?? ''}]\n---\n# ${name}`]),
      ),
      files: { [LOCK]: '{}\n', '.gitignore': 'node_modules\nvendor/\n' },
      config: {
        agent: 'next',
        agents: { next: { kind: 'command', command: `echo $STEPLADDER_TASK > ${LOCK}; echo '{"ok": true}'` } },
        isolation: 'worktree',
        ladder: ['small/none'],
        setup: [`mkdir -p vendor; cp ${LOCK} vendor/made`],
      },
    },
    async (made) => {
      const [NOTED, noting] = [join(made.outside, 'noted'), join(made.outside, 'noting.cjs')];
      writeFileSync(noting, NOTING);
      const env = { NOTED, NODE_OPTIONS: `--require ${noting}` };
      const ran = await made.make(['-j2', 'orchestrate'], { env });
      assert.is(ran.code, 0, ran.output);
      assert.equal(readFileSync(NOTED, 'utf8').trimEnd().split('\n'), ['held', 'held']);
    },
  ));
