/** Warns of what looks as if it were meant to count, and does not: lines and blocks in a place where nobody reads them. */
import { distance } from 'fastest-levenshtein';
import { fieldOf, type Problem } from './fields.js';
import { type Section, type Span, sectionName } from './markdown.js';
import type { SplitTask } from './split-task.js';

const DEPENDS_LINE = /^ {0,3}(?:>[ \t]?)*(?:[-*+][ \t]+)?\*\*([A-Za-z][A-Za-z _-]{0,38}?)(?::\*\*|\*\*:)[^\n]*$/gm;
const BOLD_SECTION = /^ {0,3}\*\*((?:pre|post)-?conditions)(?::\*\*|\*\*:?)[ \t]*$/gim;
const SHELLS: ReadonlySet<string> = new Set(['bash', 'shell', 'zsh', 'console', 'shell-session']);

/** What of a task file is passed over though it looks like a dependency or a condition. */
export function unheeded(split: SplitTask): Problem[] {
  return [...strayDepends(split), ...boldSections(split), ...misspeltSections(split), ...foreignShells(split)];
}

/** A bold "Depends on" below the first section, where the header has none. Subtasks of a task may have their own. */
function strayDepends({ plain, fields, outline, cut }: SplitTask): Problem[] {
  if (fields.some((field) => field.field === 'depends')) return [];
  const found = [...plain.matchAll(DEPENDS_LINE)].find(
    (match) => fieldOf(match[1] ?? '') === 'depends' && !within(match.index, [...outline.opaque, ...cut]),
  );
  if (found === undefined) return [];
  const start = found.index + found[0].indexOf('**');
  return [
    {
      severity: 'warning',
      message: `“${found[1] ?? ''}” is not read here: it stands outside the header`,
      remedy: 'move the line to the header if it means the whole task',
      span: { start, end: found.index + found[0].trimEnd().length },
    },
  ];
}

function boldSections({ plain, outline }: SplitTask): Problem[] {
  return [...plain.matchAll(BOLD_SECTION)]
    .filter((match) => !within(match.index, outline.opaque))
    .map((match) => ({
      severity: 'warning',
      message: `“${match[1] ?? ''}” is no heading, so its checklist is not read`,
      remedy: `write it as a heading: ## ${match[1] ?? ''}`,
      span: { start: match.index, end: match.index + match[0].trimEnd().length },
    }));
}

const SECTIONS = ['Preconditions', 'Postconditions'] as const;

/** A checklist below `## Postcondtions` would be lost without a word, and the task be done unverified. */
function misspeltSections({ outline }: SplitTask): Problem[] {
  return outline.headings.flatMap(({ level, text, start, end }) => {
    const name = sectionName(text);
    // Cheap first: ten thousand files are read at a time.
    if (level === 1 || name.length < 10 || name.length > 17) return [];
    const meant = SECTIONS.find((section) => isNear(name, section.toLowerCase()));
    return meant === undefined
      ? []
      : [
          {
            severity: 'error',
            message: `unknown section “${text}”, so its checklist would not be read`,
            remedy: `did you mean “${meant}”?`,
            span: { start, end },
          },
        ];
  });
}

function isNear(name: string, section: string): boolean {
  return name !== section && Math.abs(name.length - section.length) <= 2 && distance(name, section) <= 2;
}

/** Blocks of another shell in a checklist: `sh -c` might not understand them. */
function foreignShells({ plain, outline, preconditions, postconditions }: SplitTask): Problem[] {
  const sections = [...preconditions, ...postconditions];
  return outline.fences
    .filter((fence) => SHELLS.has(fence.language) && sections.some((section) => inside(fence, section)))
    .map((fence) => {
      const mark = fence.start + plain.slice(fence.start, fence.end).search(/[`~]/);
      return {
        severity: 'warning',
        message: `a block marked “${fence.language}” is not run as a check`,
        remedy: 'mark it sh, and write it for sh, if it is to be run',
        span: { start: mark, end: lineEnd(plain, fence.start) },
      };
    });
}

function inside(fence: Span, { heading, end }: Section): boolean {
  return fence.start >= heading.next && fence.start < end;
}

function within(at: number, spans: readonly Span[]): boolean {
  return spans.some((span) => at >= span.start && at < span.end);
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline;
}
