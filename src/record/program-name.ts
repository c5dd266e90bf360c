import { join, relative, sep } from 'node:path';
import { files } from './files.js';

const INSTALLED = 'node_modules/stepladder/dist/stepladder.cjs';

/**
 * How a person calls this program in a shell at the project's root, so that the commands we print can be pasted.
 * @param script absolute path of the running script, its links resolved
 */
export function programName(root: string, script: string): string {
  if (files.exists(join(root, 'node_modules/.bin/stepladder'))) return 'npx stepladder';
  if (files.exists(join(root, INSTALLED))) return `node ${INSTALLED}`;
  const path = relative(root, script).split(sep).join('/');
  return `node ${/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`;
}
