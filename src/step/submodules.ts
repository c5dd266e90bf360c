/** What an attempt did within submodules: a commit of theirs lands by its name alone. */
import type { Finding } from '../record/receipt.js';
import { dirtySubmodules, hasSubmodules, keepCommits } from '../workspace/submodules.js';
import type { StepContext } from './context.js';

const SHOWN = 12;

function finding(severity: Finding['severity'], file: string, message: string): Finding {
  return { kind: 'submodule', severity, file, line: null, symbol: null, message };
}

/**
 * What lies in a submodule and would not land, though the checks see it; and, of a work tree of the step's own, the
 * commits that were made there, which are kept before it goes.
 */
export function lookIntoSubmodules({ ws, apart, base, dirtyBefore }: StepContext): Finding[] {
  if (!hasSubmodules(ws)) return [];
  const tree = ws.tree();
  const left = dirtySubmodules(ws, tree)
    .filter(({ path, id }) => !dirtyBefore.some((before) => before.path === path && before.id === id))
    .map(({ path, changed }) =>
      changed
        ? finding(
            'error',
            path,
            'changed inside, and not committed there: commit it in the submodule, else it does not land',
          )
        : finding('warning', path, 'new files inside, which do not land'),
    );
  const kept = apart === null ? [] : keepCommits(apart.home, apart, base.tree, tree);
  return [
    ...left,
    ...kept.map(({ path, commit, where, ref, said }) => {
      const what = `its commit ${commit.slice(0, SHOWN)} is nowhere but here`;
      if (ref === null)
        return finding('error', path, `${what}, and cannot be kept (${said}): push it to where it comes from`);
      return finding('warning', path, `${what}: kept as ${ref} in ${where}, push it`);
    }),
  ];
}
