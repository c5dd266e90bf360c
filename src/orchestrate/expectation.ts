/** What a run is measured against while it goes on: what is to be done, and how long such things took before. */
import type { Backlog } from '../backlog/load.js';
import { effective } from '../config/effective.js';
import { type Config, startRung } from '../config.js';
import { readJournal } from '../record/journal.js';
import type { EtaTask } from '../report/eta.js';
import { measuresOf } from '../report/measures.js';
import type { ProgressInput } from '../report/progress.js';

/** How many steps Make runs side by side, as far as it tells (not before 4.2: then one, MAKE-RULES 21). */
export function jobsOf(env: Readonly<Record<string, string | undefined>>, own: number | null): number {
  const told = /(?:^|\s)-j(\d+)(?:\s|$)/.exec(env.MAKEFLAGS ?? '')?.[1];
  return own ?? (told === undefined ? 1 : Number(told));
}

/** Tasks as estimates want them. */
export function etaTasks(config: Config, backlog: Backlog, names: readonly string[]): EtaTask[] {
  return names
    .flatMap((name) => backlog.tasks.get(name) ?? [])
    .map((task) => ({
      name: task.name,
      depends: task.depends,
      rung: startRung(effective(config, task).ladder, task.rung)?.text ?? '',
      group: task.group,
    }));
}

export function progressInput(
  config: Config,
  backlog: Backlog,
  pending: readonly string[],
  jobs: number,
): ProgressInput {
  // Steps share one tree in place: more jobs do not make them faster.
  const sideBySide = config.isolation === 'worktree' ? jobs : 1;
  const groupOf = (name: string): string | null => backlog.tasks.get(name)?.group ?? null;
  return {
    tasks: etaTasks(config, backlog, pending),
    measures: measuresOf(readJournal(config.root), groupOf),
    jobs: sideBySide,
  };
}
