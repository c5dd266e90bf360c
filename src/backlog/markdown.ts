/**
 * As much of Markdown as a task file needs: where its headings are, and what lies in fences and comments and so is
 * none. One pass of a regular expression, since ten thousand files are read at a time.
 */

/** UTF-16 offsets into a file's text; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Heading extends Span {
  /** 1 to 6. */
  readonly level: number;
  readonly text: string;
  /** Where the line below begins. */
  readonly next: number;
}

export interface Fence extends Span {
  /** The first word after the opening mark, lower case: `sh`. */
  readonly language: string;
}

export interface Outline {
  readonly headings: readonly Heading[];
  readonly fences: readonly Fence[];
  /** Fences and HTML comments: nothing in them is a heading, a header line or a condition. */
  readonly opaque: readonly Span[];
  /** The mark that would close the last fence, where the text ends inside it. */
  readonly unclosed: string | null;
}

/**
 * The same text, character by character in the same places, with the byte-order mark and the carriage returns of
 * line ends turned into blanks: what is found in it has its offset in the file.
 */
export function withPlainLineEnds(text: string): string {
  const unmarked = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  return unmarked.includes('\r\n') ? unmarked.replaceAll('\r\n', ' \n') : unmarked;
}

/** Headings, fences and comments of a text with plain line ends, from an offset on. */
export function outline(text: string, from = 0): Outline {
  const headings: Heading[] = [];
  const fences: Fence[] = [];
  const opaque: Span[] = [];
  let unclosed: string | null = null;
  const mark =
    /^(?: {0,3}(#{1,6})(?:[ \t]+([^\n]*))?$|[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?:\[[ xX]\][ \t]+)?(`{3,}(?=[^`\n]*$)|~{3,})[ \t]*([^\s`]*)| {0,3}(<!--))/gm;
  mark.lastIndex = from;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const lineEnd = endOfLine(text, found.index);
    const [, hashes, title, fence, language] = found;
    if (hashes !== undefined) {
      const heading = (title ?? '').replace(/(?:^|[ \t]+)#+[ \t]*$/, '').trim();
      headings.push({
        level: hashes.length,
        text: heading,
        start: found.index,
        end: lineEnd,
        next: Math.min(text.length, lineEnd + 1),
      });
    } else if (fence !== undefined) {
      const end = endOfFence(text, lineEnd, fence);
      if (end === null) unclosed = fence;
      fences.push({ start: found.index, end: end ?? text.length, language: (language ?? '').toLowerCase() });
      opaque.push({ start: found.index, end: end ?? text.length });
      mark.lastIndex = end ?? text.length;
    } else {
      const close = text.indexOf('-->', found.index);
      const end = close === -1 ? text.length : close + 3;
      opaque.push({ start: found.index, end });
      mark.lastIndex = end;
    }
  }
  return { headings, fences, opaque, unclosed };
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline;
}

function endOfFence(text: string, from: number, fence: string): number | null {
  const close = /^[ \t]*(?:>[ \t]?)*[ \t]*(`{3,}|~{3,})[ \t]*$/gm;
  close.lastIndex = from;
  for (let found = close.exec(text); found !== null; found = close.exec(text)) {
    const marks = found[1] ?? '';
    if (marks[0] === fence[0] && marks.length >= fence.length) return found.index + found[0].length;
  }
  return null;
}

/** A section: from its heading to the next one that is not below it. */
export interface Section {
  readonly heading: Heading;
  /** Where its content ends. It begins at `heading.next`. */
  readonly end: number;
}

/** The sections of these names (lower case), in the order of the text; `Pre-Conditions:` is `preconditions`. */
export function sectionsNamed(headings: readonly Heading[], end: number, names: readonly string[]): Section[] {
  const sections: Section[] = [];
  headings.forEach((heading, at) => {
    if (!names.includes(sectionName(heading.text))) return;
    const after = headings.slice(at + 1).find((other) => other.level <= heading.level);
    sections.push({ heading, end: after?.start ?? end });
  });
  return sections;
}

/** What a heading's text is as a section's name. */
export function sectionName(text: string): string {
  return text.toLowerCase().replace(/[\s:_*-]+/g, '');
}
