/** The backlog as rules for Make: what needs what, and what Make cannot see for itself. */
import { Environment } from 'nunjucks';
import type { Config } from '../config.js';
import { doesHold } from './cache.js';
import { makeValue } from './escape.js';
import { receiptTarget, targetPrefix } from './places.js';
import { programPath } from './program.js';
import { dependsOf } from './quick-look.js';
import type { Rows } from './rows.js';
import { mtimeOf } from './stamps.js';

import template from './tasks.njk';

/**
 * The text of tasks.mk; the same for the same rows, on every machine (MAKE-RULES 7).
 *
 * Times do not decide, content does: a receipt that does not hold is out of date by force (MAKE-RULES 9). And where a
 * receipt holds, together with all that it rests on, a prerequisite that looks newer is one of order only, so that
 * after a clone neither `make -q` nor `make tasks/x.done` thinks there is anything to do.
 */
export function renderTasks(config: Config, rows: Rows): string {
  const calm: boolean[] = [];
  const targets = rows.names.map((name, task) => {
    const depends = [...dependsOf(rows, task)];
    const kind = rows.kinds[task] ?? 'missing';
    const holds = doesHold(kind);
    calm.push(holds && depends.every((dependency) => calm[dependency]));
    const own = mtimeOf(rows.receiptStamps, task);
    const misleading = (time: number, rests: boolean): boolean => holds && rests && time > own;
    const prerequisites = [
      {
        target: `${targetPrefix(config)}${name}.md`,
        orderOnly: misleading(mtimeOf(rows.pathStamps, rows.pathOf[task] ?? 0), true),
      },
      ...depends.map((dependency) => ({
        target: receiptTarget(config, rows.names[dependency] ?? ''),
        orderOnly: misleading(mtimeOf(rows.receiptStamps, dependency), calm[dependency] ?? false),
      })),
    ];
    const normal = prerequisites.filter(({ orderOnly }) => !orderOnly).map(({ target }) => target);
    if (!holds && kind !== 'missing') normal.push('stepladder-force');
    const ordered = prerequisites.filter(({ orderOnly }) => orderOnly).map(({ target }) => target);
    const needs = ordered.length === 0 ? normal : [...normal, '|', ...ordered];
    return { receipt: receiptTarget(config, name), needs: needs.join(' ') };
  });
  // Names that Make cannot carry never get here; a template must not make HTML of the rest.
  const environment = new Environment(null, { autoescape: false, throwOnUndefined: true });
  return environment.renderString(template, {
    runner: makeValue(programPath(config.root)),
    launch: makeValue(config.launch),
    prefix: targetPrefix(config),
    targets,
  });
}
