/** Writes into a task file what a person answered, keeping every other byte of it (DESIGN: `stepladder answer`). */
import { outline, sectionsNamed, withPlainLineEnds } from './markdown.js';

/**
 * The text with an entry more in `## Decisions`, which is made where there is none.
 * @param text as the file holds it; its line ends are kept
 * @param answer what the person said; may have several lines
 * @param now its date is written beside it, UTC
 */
export function withDecision(text: string, answer: string, now: Date): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const entry = `- ${now.toISOString().slice(0, 10)}: ${asItem(answer, newline)}${newline}`;
  const plain = withPlainLineEnds(text);
  const section = sectionsNamed(outline(plain).headings, plain.length, ['decisions']).at(-1);
  if (section === undefined) {
    const gap = text === '' ? '' : text.endsWith('\n') ? newline : newline + newline;
    return `${text}${gap}## Decisions${newline}${newline}${entry}`;
  }
  const { next } = section.heading;
  const content = plain.slice(next, section.end);
  const end = next + content.trimEnd().length;
  if (content.trim() === '') {
    const lineMissing = text.endsWith('\n') || next < text.length ? '' : newline;
    return `${text.slice(0, next)}${lineMissing}${newline}${entry}${text.slice(next)}`;
  }
  const lineEnd = plain.indexOf('\n', end);
  if (lineEnd === -1) return `${text}${newline}${entry}`;
  return text.slice(0, lineEnd + 1) + entry + text.slice(lineEnd + 1);
}

/**
 * An answer as the text of a list item: later lines stand in so far that none of them can begin a section, an open
 * fence or comment cannot swallow what follows it in the file, and no control character gets in.
 */
function asItem(answer: string, newline: string): string {
  const lines = answer
    .trim()
    .replaceAll('<!--', '<! --')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (char) => (char === '\r' ? '' : ' '))
    .split('\n');
  const [first = '', ...others] = lines.map((line) => line.trimEnd());
  const text = [first, ...others.map((line) => (line === '' ? '' : `    ${line}`))];
  const { unclosed } = outline(`- ${text.join('\n')}`);
  return [...text, ...(unclosed === null ? [] : [`    ${unclosed}`])].join(newline);
}
