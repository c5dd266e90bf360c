/**
 * The gist on one line, for a bullet or a progress line: white space run together, cut at `length` characters. Not yet
 * escaped: it is a plain string still.
 */
export function gist(text: string, length = 240): string {
  return cut(
    text
      .slice(0, length * 8)
      .replace(/\s+/g, ' ')
      .trim(),
    length,
  );
}

/** Cut between characters, never within one. */
export function cut(line: string, length: number): string {
  if (line.length <= length) return line;
  const characters = [...line.slice(0, length * 2)];
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`;
}
