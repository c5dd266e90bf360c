/** Identifiers in what agents and commands say: `code spans`, calls, words written as no prose is. */

/** A qualified name as the languages write it: `Foo::bar`, `a.b.c`, `A->b`, `Parser#next`. */
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*(?:(?:::|->|[.#])[\p{L}_$][\p{L}\p{N}_$]*)*/gu;
const MOST = 40;

function isIdentifier(word: string): boolean {
  return /[_$]/.test(word) || /\p{Ll}\p{Lu}/u.test(word) || /::|->|#/.test(word);
}

/** Marks of stubs themselves: that something is not implemented names nothing. */
const MARK =
  /^(?:ERR_)?NOT_?IMPLEMENTED(?:_?ERROR)?$|^(?:NotImplementedError|NotImplementedException|TODO|FIXME|ENOSYS)$/i;

/** The identifiers of a text, in order, without repeats. A path and a file's name are none. */
export function identifiersIn(text: string): string[] {
  const found = new Set<string>();
  const spans = text.replace(/`([^`\n]+)`/g, (_, code: string) => {
    for (const [name] of withoutPaths(code).matchAll(NAME)) found.add(name);
    return ' ';
  });
  const prose = withoutPaths(spans);
  for (const match of prose.matchAll(NAME)) {
    const [name] = match;
    if (isIdentifier(name) || prose[match.index + name.length] === '(') found.add(name);
  }
  return [...found].filter((name) => !MARK.test(name)).slice(0, MOST);
}

const EXTENSION =
  'c|h|cc|cpp|cxx|hpp|hh|py|pyi|[mc]?[jt]sx?|go|rs|java|rb|cs|json|ya?ml|toml|md|txt|sh|mk|lock|html|css|sql|proto|xml';
const PATH = new RegExp(
  `(?:\\.{0,2}/)?(?:[\\w@.+-]+/)+[\\w@.+-]*[\\w@+-]|(?<![\\w.])[\\w@+-]+\\.(?:${EXTENSION})\\b(?!\\()`,
  'g',
);

function withoutPaths(text: string): string {
  return text.replace(PATH, ' ');
}

/** The paths of a text, in order, without repeats. */
export function pathsIn(text: string): string[] {
  return [...new Set([...text.matchAll(PATH)].map(([path]) => path.replace(/^\.\//, '')))].slice(0, MOST);
}
