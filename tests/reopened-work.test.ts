/** A task that was opened again because of a stub is not done while that stub is there, however it looks by itself. */
import { type ProjectOptions, withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('work that was opened again');

// Bare in a class, it may be an interface: by itself it is no more than a warning.
const STUB = 'class Stream:\n    def start(self, request):\n        raise NotImplementedError\n';
const REAL = STUB.replace('raise NotImplementedError', 'return request.open(self)');

const options: ProjectOptions = {
  tasks: { core: '# Core\n', use: '---\ndepends: [core]\n---\n# Use\n' },
  config: { ladder: ['small/none', 'middle/none'] },
  script: [
    { task: 'core', nth: 1, write: { 'stream.py': STUB } },
    {
      task: 'use',
      nth: 1,
      verdict: { ok: false, reason: 'Stream.start is a stub', blockedBy: 'core', symbol: 'Stream.start' },
    },
    { task: 'core', nth: 2, write: { 'limit.py': 'LIMIT = 3\n' } },
    { task: 'core', nth: 3, write: { 'stream.py': '', 'moved.py': STUB } },
    { task: 'core', nth: 4, write: { 'stream.py': REAL }, remove: ['moved.py'] },
    { task: 'use', nth: 2, write: { 'use.py': 'import stream\n' } },
  ],
};

test('the stub that it was opened again for is told on its rungs, moved or not, and never again by its consumer', () =>
  withProject(options, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const told = made
      .journal()
      .flatMap((event) => (event.type === 'finding' && event.severity === 'error' ? [[event.task, event.file]] : []));
    assert.equal(told, [
      ['core', 'stream.py'],
      ['core', 'moved.py'],
    ]);
    const third = made.invocations().find(({ task, nth }) => task === 'core' && nth === 3);
    assert.match(
      third?.prompt ?? '',
      'stream.py:2: Stream.start: still a stub, for which use had this task opened again',
    );
    assert.is(made.journal().filter((event) => event.type === 'reopened').length, 1);
    assert.is(made.invocations().filter(({ task }) => task === 'use').length, 2);
  }));
