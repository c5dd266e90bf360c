/** A header's fields, as written, turned into what they mean. */
import { printable } from '../diagnostic.js';
import { readDepends } from './depends.js';
import {
  duration,
  manyCommands,
  manyGlobs,
  manySymbols,
  oneOf,
  oneText,
  oneWord,
  priority,
  type Reading,
  yesOrNo,
} from './field-values.js';
import { type Field, LIST_FIELDS, type Problem, type RawField, type RawText } from './fields.js';
import type { HeaderValues, UnresolvedTask } from './parsed-file.js';

type Draft<T> = { -readonly [K in keyof T]?: T[K] };

export interface Header {
  /** Only what the header sets; `depends` is read elsewhere. */
  readonly values: Partial<Omit<HeaderValues, 'title'>>;
  readonly title: string | null;
  readonly stubs: UnresolvedTask['stubs'];
  readonly draft: boolean;
  readonly problems: readonly Problem[];
}

/**
 * What the fields mean.
 * @param handWritten bold lines, not YAML: there only what stands in backticks is a command
 */
export function readHeader(fields: readonly RawField[], handWritten: boolean): Header {
  const values: Draft<HeaderValues> = {};
  const problems: Problem[] = [...repeated(fields)];
  const stubs: UnresolvedTask['stubs'][number][] = [];
  let title: string | null = null;
  let draft = false;
  const take = <T>(reading: Reading<T>, set: (value: T) => void): void => {
    if ('problem' in reading) problems.push(reading.problem);
    else set(reading.value);
  };
  /** Where a list field is given twice, its lists are put together. */
  const more = (key: 'files' | 'provides' | 'verify' | 'mends', reading: Reading<string[]>): void =>
    take(reading, (value) => {
      values[key] = [...new Set([...(values[key] ?? []), ...value])];
    });
  for (const field of fields) {
    switch (field.field) {
      case 'title':
        take(oneText(field), (value) => (title = value));
        break;
      case 'rung':
        take(oneWord(field), (value) => (values.rung = value));
        break;
      case 'max-rung':
        take(oneWord(field), (value) => (values.maxRung = value));
        break;
      case 'group':
        take(oneText(field), (value) => (values.group = value));
        break;
      case 'layer':
        // `Phase` is a layer where no line says `Layer`.
        if (/^phase$/i.test(field.label) && typeof values.layer === 'string') break;
        take(oneText(field), (value) => (values.layer = value));
        break;
      case 'priority':
        take(priority(field), (value) => (values.priority = value));
        break;
      case 'files':
        more('files', manyGlobs(field));
        break;
      case 'provides':
        more('provides', manySymbols(field));
        break;
      case 'verify':
      case 'mends':
        more(field.field, manyCommands(field, handWritten));
        break;
      case 'stubs':
        take(owedStubs(field), (value) => stubs.push(...value));
        break;
      case 'checkpoint':
        take(yesOrNo(field), (value) => (values.checkpoint = value));
        break;
      case 'changes':
        take(oneOf(field, ['none']), (value) => (values.changesNone = value === 'none'));
        break;
      case 'agent':
        take(oneWord(field), (value) => (values.agent = value));
        break;
      case 'timeout':
        take(duration(field), (value) => (values.timeoutMs = value));
        break;
      case 'isolation':
        take(oneOf(field, ISOLATIONS), (value) => (values.isolation = value));
        break;
      case 'draft':
        take(yesOrNo(field), (value) => (draft = value));
        break;
      case 'depends':
        break;
    }
  }
  return { values, title, stubs, draft, problems };
}

const ISOLATIONS = ['auto', 'in-place', 'worktree'] as const;

/** Fields of one value that are given twice. Phase and Layer may stand side by side. */
function repeated(fields: readonly RawField[]): Problem[] {
  const seen = new Map<Field, string>();
  const problems: Problem[] = [];
  for (const { field, label, key } of fields) {
    if (LIST_FIELDS.has(field)) continue;
    const first = seen.get(field);
    seen.set(field, label);
    const sideBySide = field === 'layer' && first?.toLowerCase() !== label.toLowerCase();
    if (first === undefined || sideBySide) continue;
    const both =
      first === label ? `“${printable(label)}” is given twice` : `“${printable(label)}” repeats “${printable(first)}”`;
    problems.push({ message: both, remedy: 'keep one of them', span: key });
  }
  return problems;
}

const STUBS_REMEDY = 'write stubs: [{symbol: NAME, until: TASK}]';

function owedStubs(field: RawField): Reading<UnresolvedTask['stubs'][number][]> {
  const { start, end } = field.span;
  const wrong = (message: string, span = { start, end }): { problem: Problem } => ({
    problem: { message, remedy: STUBS_REMEDY, span },
  });
  if (field.value.kind === 'nothing') return { value: [] };
  if (field.value.kind === 'list' && field.value.items.length === 0) return { value: [] };
  if (field.value.kind !== 'maps') return wrong(`“${printable(field.label)}” must be a list of symbols and tasks`);
  const stubs: UnresolvedTask['stubs'][number][] = [];
  for (const { entries, ...at } of field.value.items) {
    const unknown = [...entries.keys()].find((key) => key !== 'symbol' && key !== 'until');
    if (unknown !== undefined) return wrong(`unknown field “${printable(unknown)}” in stubs`, at);
    const symbol = entries.get('symbol')?.text.trim().replace(/\(\)$/, '') ?? '';
    const until: RawText | undefined = entries.get('until');
    const [ref] = until === undefined ? [] : readDepends([until], '').refs;
    if (symbol === '' || ref === undefined) return wrong('a stub needs a symbol and the task that removes it', at);
    stubs.push({ symbol, until: ref, at: { start: at.start, end: at.end } });
  }
  return { value: stubs };
}
