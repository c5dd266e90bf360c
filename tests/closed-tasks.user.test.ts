/** Task files and folders that may not be read. Root may read everything, so not as root. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { rendered, withBacklog } from './rig/backlog.js';
import { assert, suite, where } from './rig/suite.js';

const asUser = where(process.getuid?.() !== 0, suite('closed tasks'), 'root can read everything');

const FINE = '**Depends on:** None\n';

asUser('what may not be read is told about, and the rest is read', () => {
  withBacklog({ 'a.md': FINE, 'shut/b.md': FINE, 'c.md': FINE }, ({ root, load }) => {
    chmodSync(join(root, 'tasks/a.md'), 0);
    chmodSync(join(root, 'tasks/shut'), 0);
    try {
      const backlog = load();
      assert.is(
        rendered(backlog),
        `tasks/a.md: error: the task file cannot be read (EACCES)
  → make it readable, or move it elsewhere
tasks/shut: error: the folder cannot be looked into (EACCES)
  → make it readable, or move it elsewhere
`,
      );
      assert.equal(backlog.order, ['c']);
    } finally {
      chmodSync(join(root, 'tasks/shut'), 0o755);
    }
  });
});
