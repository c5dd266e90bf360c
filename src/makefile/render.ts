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

/** The text of tasks.mk; the same for the same rows, wherever the project lies (MAKE-RULES 7). */
export function renderTasks(config: Config, rows: Rows): string {
  // Names that Make cannot carry never get here; a template must not make HTML of the rest.
  const environment = new Environment(null, { autoescape: false, throwOnUndefined: true });
  return environment.renderString(template, {
    runner: makeValue(programPath(config.root)),
    launch: makeValue(config.launch),
    prefix: targetPrefix(config),
    receipts: rows.names.map((name) => receiptTarget(config, name)),
    rules: rulesOf(config, rows),
  });
}

/**
 * One rule for each receipt. Times do not decide, content does: a receipt that does not hold is out of date by force
 * (MAKE-RULES 9). And where a receipt holds, together with all that it rests on, a prerequisite that looks newer is one
 * of order only, so that after a clone neither `make -q` nor `make tasks/x.done` thinks there is anything to do.
 */
function rulesOf(config: Config, rows: Rows): string[] {
  const calm: boolean[] = [];
  return rows.names.map((name, task) => {
    const kind = rows.kinds[task] ?? 'missing';
    const holds = doesHold(kind);
    const own = mtimeOf(rows.receiptStamps, task);
    const normal: string[] = [];
    const orderOnly: string[] = [];
    const need = (target: string, time: number, rests: boolean): void => {
      (holds && rests && time > own ? orderOnly : normal).push(target);
    };
    need(`${targetPrefix(config)}${name}.md`, mtimeOf(rows.pathStamps, rows.pathOf[task] ?? -1), true);
    let isCalm = holds;
    for (const dependency of dependsOf(rows, task)) {
      const rests = calm[dependency] ?? false;
      need(receiptTarget(config, rows.names[dependency] ?? ''), mtimeOf(rows.receiptStamps, dependency), rests);
      isCalm &&= rests;
    }
    calm.push(isCalm);
    if (!holds && kind !== 'missing') normal.push('stepladder-force');
    const needs = orderOnly.length === 0 ? normal : [...normal, '|', ...orderOnly];
    return `${receiptTarget(config, name)}: ${needs.join(' ')}`;
  });
}
