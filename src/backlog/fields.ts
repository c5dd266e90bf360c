/** The fields of a task file's header, under all the names that people give them (DESIGN "A task file"). */
import { distance } from 'fastest-levenshtein';
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from './markdown.js';

export type Field =
  | 'depends'
  | 'rung'
  | 'max-rung'
  | 'group'
  | 'layer'
  | 'priority'
  | 'files'
  | 'provides'
  | 'verify'
  | 'mends'
  | 'stubs'
  | 'checkpoint'
  | 'changes'
  | 'agent'
  | 'timeout'
  | 'isolation'
  | 'draft'
  | 'title';

/** As they are listed where a field is unknown. */
export const FIELDS: readonly Field[] = [
  'depends',
  'rung',
  'max-rung',
  'group',
  'layer',
  'priority',
  'files',
  'provides',
  'verify',
  'mends',
  'stubs',
  'checkpoint',
  'changes',
  'agent',
  'timeout',
  'isolation',
  'draft',
  'title',
];

/** Fields whose value may go on below their line, as a list or after a comma. */
export const LIST_FIELDS: ReadonlySet<Field> = new Set(['depends', 'files', 'provides', 'verify', 'mends', 'stubs']);

const ALIASES: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...FIELDS.map((field): [string, Field] => [field, field]),
  ['depends-on', 'depends'],
  ['dependency', 'depends'],
  ['dependencies', 'depends'],
  ['blocked-by', 'depends'],
  ['requires', 'depends'],
  ['prerequisite', 'depends'],
  ['prerequisites', 'depends'],
  ['model', 'rung'],
  ['max-model', 'max-rung'],
  ['phase', 'layer'],
]);

/** A stretch of a header's value. `text` is what it means; in a quoted YAML scalar the file's own text differs. */
export interface RawText extends Span {
  readonly text: string;
}

/** What stands after a field's name, before anybody asked what it means. */
export type RawValue =
  | { readonly kind: 'text'; readonly text: RawText }
  | { readonly kind: 'list'; readonly items: readonly RawText[] }
  /** A list of mappings: `stubs`. */
  | { readonly kind: 'maps'; readonly items: readonly (Span & { readonly entries: ReadonlyMap<string, RawText> })[] }
  | { readonly kind: 'nothing' }
  /** Something that no field takes: a mapping, a list in a list, an alias. */
  | { readonly kind: 'other' };

export interface RawField {
  readonly field: Field;
  /** As written: `Depends on`. */
  readonly label: string;
  readonly key: Span;
  readonly value: RawValue;
  readonly span: Span;
}

/** Something wrong in one file, before the file's name is put to it. */
export interface Problem {
  readonly message: string;
  readonly remedy: string;
  readonly span?: Span;
  readonly severity?: Diagnostic['severity'];
}

function normalised(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');
}

/** The field that a label means (`Depends on`, `blocked_by`, `Model`), or null. */
export function fieldOf(label: string): Field | null {
  return ALIASES.get(normalised(label)) ?? null;
}

/** Every name a field goes by, for "did you mean". */
export function fieldNames(): string[] {
  return [...ALIASES.keys()];
}

/**
 * The known label that a bold line's label is a slip of, or null. Stricter than `nearest`, since people write many
 * bold lines that are no fields (`**Mode:**`, `**Status:**`): five letters at least, one of them wrong (two from eight
 * on) or two changed about, and not merely a singular for a plural.
 */
export function misspeltField(label: string): string | null {
  const word = normalised(label);
  if (word.length < 5 || ALIASES.has(word)) return null;
  const limit = word.length >= 8 ? 2 : 1;
  const letters = [...word].sort().join('');
  for (const name of ALIASES.keys()) {
    if (`${word}s` === name || word === `${name}s`) continue;
    const away = distance(word, name);
    const swapped = away === 2 && [...name].sort().join('') === letters;
    if (name.length >= 5 && (away <= limit || swapped)) return name;
  }
  return null;
}
