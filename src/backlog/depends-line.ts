/** The line that a task file's header needs for the task to depend on others too: what stands there is kept. */
import { posix } from 'node:path';
import { readDepends } from './depends.js';
import type { RawField } from './fields.js';
import type { SplitTask } from './split-task.js';

/**
 * The header's line of dependencies with further ones, in the form that the header has: `depends: [x, a]`, or
 * `**Depends on:** x.md, a.md`, under the label that stands there.
 * @param text what the file holds, and `split` the same, taken apart
 * @param further as `writtenFrom` writes them
 */
export function dependsLine(text: string, { form, fields }: SplitTask, further: readonly string[]): string {
  const field = fields.findLast((one) => one.field === 'depends');
  const known = field === undefined ? [] : readDepends(valuesOf(field), text).refs.map((ref) => ref.text);
  if (form === 'front matter') return `${field?.label ?? 'depends'}: [${[...known, ...further].join(', ')}]`;
  const asFiles = (names: readonly string[]): string[] => names.map((name) => `${name}.md`);
  // A value on its line is kept to the letter, remarks included; `None` goes.
  const kept =
    field?.value.kind === 'text' && known.length > 0
      ? [field.value.text.text.replace(/\s+/g, ' ').replace(/[\s,;.]+$/, '')]
      : asFiles(known);
  return `**${field?.label ?? 'Depends on'}:** ${[...kept, ...asFiles(further)].join(', ')}`;
}

function valuesOf({ value }: RawField): Parameters<typeof readDepends>[0] {
  if (value.kind === 'text') return [value.text];
  return value.kind === 'list' ? value.items : [];
}

/**
 * How the task file of `from` names another task, so that no sibling of that name is taken for it (see `Resolver`).
 * @param isTask whether there is a task of a name
 */
export function writtenFrom(from: string, name: string, isTask: (name: string) => boolean): string {
  const folder = posix.dirname(from);
  if (posix.dirname(name) === folder) return posix.basename(name);
  return folder !== '.' && isTask(posix.join(folder, name)) ? posix.relative(folder, name) : name;
}
