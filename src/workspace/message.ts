/** Commit messages. Titles and reasons come from outside: none of them may pass for a trailer of ours. */

const LONGEST_SUBJECT = 120;

/** One line without control characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * A subject line from a title. What would read as a trailer of ours, as a comment or as an instruction to rebase
 * (`fixup!`) is led in by `Task:`.
 */
export function subjectLine(title: string, otherwise: string): string {
  const line = oneLine(title);
  const text = line === '' ? otherwise : line;
  const guarded = /^(stepladder-|#|fixup!|squash!|amend!)/i.test(text) ? `Task: ${text}` : text;
  const characters = [...guarded];
  return characters.length <= LONGEST_SUBJECT ? guarded : `${characters.slice(0, LONGEST_SUBJECT - 1).join('')}…`;
}

/** The whole message: subject, paragraphs (each one line), trailers as the last paragraph. */
export function commitMessage(
  subject: string,
  paragraphs: readonly string[],
  trailers: readonly (readonly [name: string, value: string])[],
): string {
  const last = trailers.map(([name, value]) => `${name}: ${oneLine(value)}`).join('\n');
  // A paragraph that looks like a trailer is led in as a quotation: neither git nor we take it for one then.
  const guarded = paragraphs.map(oneLine).map((line) => (/^[A-Za-z0-9-]+\s*:/.test(line) ? `> ${line}` : line));
  return `${[subject, ...guarded, last].filter((part) => part !== '').join('\n\n')}\n`;
}
