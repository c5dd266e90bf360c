/** The part of a task file that is for agents and inspection: body, conditions, decisions. Read only when asked for. */
import { readConditions } from './conditions.js';
import type { Section } from './markdown.js';
import { splitTask, withoutSpans } from './split-task.js';
import type { Task } from './task.js';

export type TaskBody = Pick<Task, 'body' | 'preconditions' | 'postconditions' | 'decisions'>;

/** What stands below the header. @param text as the file holds it */
export function readBody(text: string): TaskBody {
  const split = splitTask(text);
  const content = ({ heading, end }: Section): string => text.slice(heading.next, end);
  return {
    body: withoutSpans(text, split.cut).replace(/^\uFEFF?(?:[ \t]*\r?\n)+/, ''),
    preconditions: split.preconditions.flatMap((section) => readConditions(content(section))),
    postconditions: split.postconditions.flatMap((section) => readConditions(content(section))),
    decisions: split.decisions
      .map((section) => content(section).trim())
      .filter((decisions) => decisions !== '')
      .join('\n'),
  };
}
