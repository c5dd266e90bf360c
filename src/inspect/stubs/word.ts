/** Words in code, found without a pattern for each of them: names are many, and a pattern is dear to make. */

const partOfWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 36;

/** Where a name stands in the text as a word of its own, from an offset on; -1 where it does not. */
export function indexOfWord(text: string, name: string, from = 0): number {
  if (name === '') return -1;
  for (let at = text.indexOf(name, from); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = at === 0 ? 0 : text.charCodeAt(at - 1);
    const after = at + name.length === text.length ? 0 : text.charCodeAt(at + name.length);
    if (!partOfWord(before) && !partOfWord(after)) return at;
  }
  return -1;
}

export const holdsWord = (text: string, name: string): boolean => indexOfWord(text, name) !== -1;
