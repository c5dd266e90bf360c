/** Reads one task file by itself: header, hashes, and all that is wrong with it as far as it alone can tell. */
import type { Diagnostic } from '../diagnostic.js';
import { readClaims } from './conditions.js';
import { readDepends } from './depends.js';
import type { Field, Problem, RawText } from './fields.js';
import { essence, hashOfBody } from './fingerprint.js';
import { readHeader } from './header.js';
import type { Span } from './markdown.js';
import { HEADER_DEFAULTS, type ParsedFile, type TaskRef } from './parsed-file.js';
import { type SplitTask, spanOfSection, splitTask, titleOf, withoutSpans } from './split-task.js';
import { unheeded } from './unheeded.js';

const NO_HEADER: Problem = {
  message: 'the task has no header',
  remedy:
    'begin it with lines such as “**Model:** sonnet/thinking” and “**Depends on:** None”, or with YAML front matter; ' +
    'if it is no task, let its name begin with _',
};

/**
 * One task file.
 * @param file relative to the project's root, for diagnostics
 * @param name the task's name, its title where the file gives none
 * @param text what the file holds
 * @returns a plain JSON value that can be kept as long as the file does not change
 */
export function readTask(file: string, name: string, text: string): ParsedFile {
  const said = (problem: Problem): Diagnostic => diagnostic(file, problem);
  if (text.replace(/^\uFEFF/, '').trim() === '') {
    const remedy = 'write the task, or delete the file; draft: true in a front matter keeps it for later';
    return { task: null, diagnostics: [said({ message: 'the task file is empty', remedy })] };
  }
  const split = splitTask(text);
  if (split.form === 'none') {
    const problems = split.problems.length > 0 ? split.problems : [NO_HEADER];
    return { task: null, diagnostics: problems.map(said) };
  }
  // Front matter of which nothing could be read: what else might be said about it would only follow from that.
  if (split.fields.length === 0 && split.problems.length > 0)
    return { task: null, diagnostics: split.problems.map(said) };
  const header = readHeader(split.fields, split.form === 'lines');
  if (header.draft) return { task: null, draft: true, diagnostics: [] };
  const depends = dependsOf(split, text);
  const problems = [...split.problems, ...header.problems, ...depends.problems, ...unheeded(split)];
  const title = header.title ?? titleOf(split.heading) ?? name;
  const places: Partial<Record<Field, Span>> = {};
  for (const { field, span } of split.fields) {
    if (PLACED.has(field)) places[field] = { start: span.start, end: span.end };
  }
  return {
    task: {
      header: { title, ...header.values },
      depends: depends.refs,
      stubs: header.stubs,
      places,
      ...hashes(text, split, title, header),
    },
    diagnostics: problems.map(said),
  };
}

/** Fields that are looked at again once the configuration and the other tasks are known. */
const PLACED: ReadonlySet<Field> = new Set(['rung', 'max-rung', 'agent']);

function dependsOf(
  { fields, form }: SplitTask,
  text: string,
): { refs: readonly TaskRef[]; problems: readonly Problem[] } {
  const values: RawText[] = [];
  const problems: Problem[] = [];
  for (const { field, label, value, key, span } of fields) {
    if (field !== 'depends') continue;
    const { start, end } = span;
    if (value.kind === 'text') values.push(value.text);
    else if (value.kind === 'list') values.push(...value.items);
    else if (value.kind !== 'nothing') {
      const message = `“${label}” must be a list of names`;
      problems.push({ message, remedy: 'write depends: [first-task, second-task]', span: { start, end } });
    } else if (form === 'lines') {
      const message = `“${label}” says nothing`;
      problems.push({ message, remedy: 'write None, or the names of tasks with commas between', span: key });
    }
  }
  const read = readDepends(values, text);
  return { refs: read.refs, problems: [...problems, ...read.problems] };
}

function hashes(
  text: string,
  split: SplitTask,
  title: string,
  { values, stubs }: Pick<ReturnType<typeof readHeader>, 'values' | 'stubs'>,
): { body: string; essence: string } {
  const sections = [...split.preconditions, ...split.postconditions];
  const claims = sections.flatMap(({ heading, end }) => readClaims(text.slice(heading.next, end)));
  const { provides, files, checkpoint } = { ...HEADER_DEFAULTS, ...values };
  return {
    body: hashOfBody(withoutSpans(text, split.cut)),
    essence: essence({
      title,
      body: withoutSpans(text, [...split.cut, ...sections.map(spanOfSection)]),
      claims,
      provides,
      files,
      stubs: stubs.map(({ symbol, until }) => ({ symbol, until: until.text })),
      checkpoint,
    }),
  };
}

function diagnostic(file: string, { message, remedy, span, severity }: Problem): Diagnostic {
  const place = span === undefined ? { file } : { file, start: span.start, end: span.end };
  return { severity: severity ?? 'error', message, place, remedy };
}
