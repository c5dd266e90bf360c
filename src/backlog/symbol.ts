/**
 * Symbols as people, agents and parsers write them: `Foo::bar()`, `foo->bar`, `(*Foo).Bar`, `int bar(void)`. The one
 * place that says whether two of them mean the same function or type.
 */

/** Words that stand for whatever object is meant: they say nothing about whose symbol it is. */
const RECEIVERS: ReadonlySet<string> = new Set(['self', 'this', 'cls', 'super', 'Self']);

/** `int *f(void)`, `def f(self):`, `func (p *Parser) Next() bool {`: what stands before the name is no part of it. */
const DECLARATION =
  /^[\w\s*&:<>,.[\]~$@-]*?[\s*&]([\p{L}\p{N}_$:.~?!]+)\([^)]*\)?\s*(?:(?:const|noexcept|override|final)\s*)*(?:(?:->|:|=>|\{|throws\b|[\w*.]+\s*\{).*|;)?$/su;
const DECLARED =
  /^(?:(?:async|export|default|pub|public|private|static)\s+)*(?:def|func|function|fn|class|struct)\s+(?=\S+$)/;

/** From the outside in: `Parser`, `next`. A text of several words, such as a test's title, is one segment. */
function segments(symbol: string): readonly string[] {
  const text = symbol
    .trim()
    // Go's methods and Rust's trait methods name their type in brackets.
    .replace(/^(?:func\s+)?\((?:\w+\s+)?[*&]?\s*([\w.]+)(?:\[[^\]]*\])?\)\s*\.?\s*(?=\w)/, '$1.')
    .replace(/^<\s*([\w:]+)(?:<.*>)?\s+as\s+[^>]+>+::/, '$1::')
    .replace(/^[*&@]+(?=[\p{L}_$])/u, '');
  const declared = /\s/.test(text) ? (DECLARATION.exec(text)?.[1] ?? text.replace(DECLARED, '')) : text;
  if (/\s/.test(declared) && !/^\S+\(/.test(declared)) return [declared];
  const parts = declared
    .replace(/(?<!operator)\(.*$/s, '')
    .replace(/(?<!operator)<(?:[^<>]|<[^<>]*>)*>|\[[^\]]*\]/g, '')
    .split(/\?\.|::|->|[.#/]/)
    .filter((part) => part !== '');
  const last = parts.at(-1);
  return last === undefined ? [symbol.trim()] : [...parts.slice(0, -1).filter((part) => !RECEIVERS.has(part)), last];
}

/** The word by which a symbol is found in a source: `Foo::bar()`, `foo.bar` and `bar?` are `bar`. */
export function bareSymbol(symbol: string): string {
  const last = segments(symbol).at(-1) ?? symbol;
  return last.replace(/(?<=[\p{L}\p{N}_$])[?!=]$/u, '');
}

const isVariable = (word: string): boolean => /^\p{Ll}/u.test(word);
const plain = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Whether two qualifiers may mean one thing: `client` is what a variable of the type `HttpClient` is called. */
function agree(one: string, other: string): boolean {
  if (isVariable(one) === isVariable(other)) return one === other || plain(one) === plain(other);
  const [variable, type] = isVariable(one) ? [plain(one), plain(other)] : [plain(other), plain(one)];
  return type.includes(variable) || variable.includes(type);
}

/**
 * Whether two symbols mean the same: the last part must be equal, and of what stands before it as much as both say. So
 * `next` is `Parser::next` and `parser.next()`, while `Parser.next` is not `Lexer.next`.
 */
export function sameSymbol(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [segments(one), segments(other)];
  if (a.at(-1) !== b.at(-1)) return false;
  for (let back = 2; back <= Math.min(a.length, b.length); back += 1) {
    if (!agree(a.at(-back) ?? '', b.at(-back) ?? '')) return false;
  }
  return true;
}
