/** Takes a task file apart: its header's fields as written, its title, its body, the sections that mean something. */
import type { Problem, RawField } from './fields.js';
import { readFrontMatter } from './front-matter.js';
import { readHeaderLines } from './header-lines.js';
import {
  type Heading,
  type Outline,
  outline,
  type Section,
  type Span,
  sectionsNamed,
  withPlainLineEnds,
} from './markdown.js';

export interface SplitTask {
  /** `none`: neither front matter nor any line that is a field. */
  readonly form: 'front matter' | 'lines' | 'none';
  readonly fields: readonly RawField[];
  readonly problems: readonly Problem[];
  /** The first heading of level 1, or null. */
  readonly heading: Heading | null;
  /** What of the text is no body: front matter, header lines, the title. In order, without overlaps. */
  readonly cut: readonly Span[];
  readonly preconditions: readonly Section[];
  readonly postconditions: readonly Section[];
  readonly decisions: readonly Section[];
  readonly outline: Outline;
  /** The text with plain line ends: offsets in it are offsets in the file. */
  readonly plain: string;
}

/** Takes a text apart. @param text as the file holds it, byte-order mark and carriage returns included */
export function splitTask(text: string): SplitTask {
  const plain = withPlainLineEnds(text);
  const front = readFrontMatter(text);
  const below = outline(plain, front?.end ?? 0);
  const heading = below.headings.find((one) => one.level === 1) ?? null;
  const firstSection = below.headings.find((one) => one !== heading);
  const headerEnd = firstSection?.start ?? plain.length;
  const hand = front === null ? readHeaderLines(plain, headerEnd, below) : null;
  const cut = [
    ...(front === null ? [] : [{ start: 0, end: front.end }]),
    ...(hand?.lines ?? []),
    ...(heading === null ? [] : [{ start: heading.start, end: heading.next }]),
  ].sort((a, b) => a.start - b.start);
  const read = front ?? hand ?? { fields: [], problems: [] };
  const named = (name: string): Section[] => sectionsNamed(below.headings, plain.length, [name]);
  return {
    form: front !== null ? 'front matter' : read.fields.length > 0 ? 'lines' : 'none',
    fields: read.fields,
    problems: read.problems,
    heading,
    cut,
    preconditions: named('preconditions'),
    postconditions: named('postconditions'),
    decisions: named('decisions'),
    outline: below,
    plain,
  };
}

/** A text without some of its stretches. @param cut in any order; may overlap */
export function withoutSpans(text: string, cut: readonly Span[]): string {
  let kept = '';
  let at = 0;
  for (const { start, end } of [...cut].sort((a, b) => a.start - b.start)) {
    if (start > at) kept += text.slice(at, start);
    at = Math.max(at, end);
  }
  return kept + text.slice(at);
}

/** Where a section lies in the text, its heading included. */
export function spanOfSection({ heading, end }: Section): Span {
  return { start: heading.start, end };
}

/** The title that a heading gives: `Task: Create X` is `Create X`. */
export function titleOf(heading: Heading | null): string | null {
  const text = heading?.text.replace(/^task:\s*/i, '').trim() ?? '';
  return text === '' ? null : text;
}
