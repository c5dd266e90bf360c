import type { Backlog } from '../backlog/load.js';
import { HANDFUL, unorderedTasks, unorderedWarning } from '../backlog/unordered.js';
import { renderDiagnostic } from '../diagnostic.js';
import { goal } from '../record/goal.js';

/** What a run says of the tasks it would do that share a file in no order: a handful of warnings, as text. */
export function warningsOfUnordered(backlog: Backlog, pending: readonly string[]): string[] {
  const unordered = unorderedTasks(backlog, pending);
  const more = unordered.length - HANDFUL;
  return [
    ...unordered
      .slice(0, HANDFUL)
      .map((one) => renderDiagnostic(unorderedWarning(backlog, one), backlog.read).trimEnd()),
    ...(more > 0 ? [`and ${more} more that share files in no order, see ${goal('lint-tasks')}`] : []),
  ];
}
