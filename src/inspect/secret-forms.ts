/** How a secret reads where it was written into something else: JSON, also within JSON, a URL, HTML, base64. */

/** A way in which a value may read. */
export interface Form {
  /** Stands in whatever the pattern finds: much quicker to look for, and rarely there. */
  readonly core: string;
  /** Global. */
  readonly pattern: RegExp;
  /** The pattern finds nothing longer, in characters. */
  readonly longest: number;
}

/** JSON within JSON within JSON: each doubles the backslashes, and adds one. */
const MOST_BACKSLASHES = 7;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": '#39',
};

const escapeForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const anyCase = (hex: string): string => hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** A pattern for a character however it was escaped. */
function escaped(char: string): string {
  const units = char.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  const bytes = [...Buffer.from(char)].map((byte) => byte.toString(16).padStart(2, '0'));
  const entity = ENTITIES[char];
  return [
    char === '\\' ? `\\\\{1,${MOST_BACKSLASHES + 1}}` : `\\\\{0,${MOST_BACKSLASHES}}${escapeForRegExp(char)}`,
    units.map((unit) => `\\\\{1,${MOST_BACKSLASHES}}u${anyCase(unit)}`).join(''),
    bytes.map((byte) => `%${anyCase(byte)}`).join(''),
    ...(char === ' ' ? ['\\+'] : []),
    ...(char === '\t' ? [`\\\\{1,${MOST_BACKSLASHES}}t`] : []),
    ...(entity === undefined ? [] : [`&${entity};`]),
  ].join('|');
}

/** Letters and digits nobody escapes. */
const isPlain = (char: string): boolean => /^[A-Za-z0-9]$/.test(char);

const longestRun = (text: string): string =>
  text.split(/[^A-Za-z0-9]+/).reduce((longest, run) => (run.length > longest.length ? run : longest), '');

/** @param pattern for a character that may be escaped @param longest of what it finds, for each of its UTF-16 units */
function formOf(text: string, pattern: (char: string) => string, longest: number): Form {
  const chars = [...text];
  const source = chars.map((char) => (isPlain(char) ? char : `(?:${pattern(char)})`)).join('');
  const room = chars.map((char) => (isPlain(char) ? 1 : longest * char.length));
  return {
    core: longestRun(text),
    pattern: new RegExp(source, 'g'),
    longest: room.reduce((sum, one) => sum + one, 0),
  };
}

/** Base64 in both of its alphabets, also within JSON and URLs. */
const in64 = (char: string): string =>
  char === '+' ? `-|${escaped('+')}` : char === '/' ? `_|${escaped('/')}` : escaped(char);

/**
 * What base64 makes of a value that stands within something longer (`user:PASSWORD`): of the three ways to read, by where
 * it begins, the characters that are the value's alone.
 */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    return all.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((all.length * 8) / 6));
  });
}

/** All ways in which a value may read. @param value not so long that a pattern of it were too large */
export function formsOf(value: string): Form[] {
  const longest = MOST_BACKSLASHES + 'u0000'.length;
  return [formOf(value, escaped, longest), ...base64Of(value).map((text) => formOf(text, in64, longest))];
}
