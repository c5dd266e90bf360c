/** The sandbox of docs/agents.md around the real agents: they work in it, and their writes stay in the workspace. */
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CliKind } from '../../src/agents/rungs.js';
import { withServer } from '../model-server/running.js';
import { shell, verdict, write } from '../model-server/turns.js';
import { EXAMPLE, outsideOfTmp, withBubblewrap } from '../rig/bubblewrap.js';
import { KINDS } from '../rig/cases.js';
import { withProject } from '../rig/project.js';
import { assert, suite } from '../rig/suite.js';
import { PROGRAMS, surroundings } from './client.js';
import { LONG } from './scene.js';

const test = withBubblewrap(suite('real agents in a sandbox'));
outsideOfTmp();

/** The example, in which the agents are seen even where they are installed below the /tmp that it hides. */
function config(): string {
  const programs = realpathSync(resolve(PROGRAMS, '..'));
  const hidden = '--tmpfs /tmp ';
  assert.ok(EXAMPLE.includes(hidden));
  return EXAMPLE.replace(hidden, `${hidden}--ro-bind '${programs}' '${programs}' `);
}

/** Leaves in a home folder what one of them has left there once it was used. */
function used(kind: CliKind, home: string): void {
  const folders = { claude: ['.claude'], codex: ['.codex'], opencode: ['.local/share', '.local/state', '.cache'] }[
    kind
  ];
  for (const folder of folders) {
    mkdirSync(join(home, folder, kind === 'opencode' ? 'opencode' : ''), { recursive: true });
  }
  if (kind === 'opencode') writeFileSync(join(home, '.config/opencode/.gitignore'), 'node_modules\n');
}

for (const kind of KINDS) {
  test(
    `${kind}: a task is done in it, and what the agent tries to write elsewhere is not written`,
    () =>
      withProject(
        { tasks: { greet: `---\nagent: ${kind}\n---\n# Write greet.txt\n` }, config: config(), folder: 'the project' },
        (made) => {
          const home = join(made.outside, 'home');
          const outside = [join(home, 'pwned'), join(made.outside, 'pwned')];
          const tries = outside.map((path) => `echo x > '${path}'`).join('; ');
          const script = [
            shell(`echo hello > greet.txt; ${tries}; git status --short > seen.txt`),
            write('more.txt', 'more\n'),
            verdict({ ok: true }),
          ];
          return withServer(script, made.root, async (server) => {
            // Claude Code’s folder is where it is by default.
            const env = { ...surroundings(kind, home, server.url), CLAUDE_CONFIG_DIR: undefined };
            used(kind, home);
            const ran = await made.make(['orchestrate'], { env, timeoutMs: LONG.timeoutMs });
            assert.is(ran.code, 0, ran.output);
            assert.equal(made.git('show', '--name-only', '--format=', 'HEAD').split('\n').sort(), [
              'greet.txt',
              'more.txt',
              'seen.txt',
              'tasks/greet.done',
            ]);
            assert.is(made.read('seen.txt'), '?? greet.txt\n?? seen.txt\n');
            for (const path of outside) assert.not.ok(existsSync(path), path);
          });
        },
      ),
    LONG,
  );
}
