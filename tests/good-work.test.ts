/** What a normal user would meet: good work on an ordinary project is done on its first attempt, whatever the language. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('good work');

const FOLDER = join(CHECKOUT, 'tests/fixtures/good-work');
const TASK = '_task.md';

function filesOf(project: string): Record<string, string> {
  const folder = join(FOLDER, project);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const isFile = (path: string): boolean => path !== TASK && statSync(join(folder, path)).isFile();
  return Object.fromEntries(paths.filter(isFile).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

for (const project of readdirSync(FOLDER).filter((name) => statSync(join(FOLDER, name)).isDirectory())) {
  test(`${project}: no stub, no empty test is seen where there is none`, () => {
    const core = readFileSync(join(FOLDER, project, TASK), 'utf8');
    const write = filesOf(project);
    return withProject({ tasks: { core }, script: [{ write }], config: { repairs: 0 } }, async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 0);
      assert.is(made.invocations().length, 1);
      assert.equal(made.receipt('core')?.changed, Object.keys(write).sort());
    });
  });
}

test('and all of it is one stub away from being blocked', () =>
  withProject(
    {
      tasks: { core: readFileSync(join(FOLDER, 'flask', TASK), 'utf8') },
      script: [
        { write: { ...filesOf('flask'), 'app/mail.py': 'def deliver(mail):\n    return None  # TODO: send it\n' } },
      ],
      config: { repairs: 0, ladder: ['small/none'] },
    },
    async (made) => {
      assert.is((await made.make(['orchestrate'])).code, 2);
      assert.match(
        made
          .journal()
          .flatMap((event) => (event.type === 'finding' ? [event.symbol] : []))
          .join(),
        'deliver',
      );
    },
  ));
