/**
 * Which symbols and files a task's text names. What a task names it answers for: it may not put it off (DESIGN
 * "Stubs"), and only who names or provides a symbol can own somebody's stub of it.
 */
import picomatch from 'picomatch';
import { outline, type Span, withPlainLineEnds } from './markdown.js';
import { withoutSpans } from './split-task.js';
import { bareSymbol, sameSymbol } from './symbol.js';
import type { Task } from './task.js';

export { bareSymbol, sameSymbol } from './symbol.js';

/** The text of a task, as far as it names anything. */
export type TaskText = Pick<Task, 'title' | 'body'>;

interface Named {
  /** From code: as written, without arguments. */
  readonly symbols: readonly string[];
  readonly files: readonly string[];
  /** Every mention by its bare word, those outside code spans among them. */
  readonly mentions: ReadonlyMap<string, readonly Mention[]>;
}

interface Mention {
  readonly text: string;
  /** False for a word with dots in plain text: it may be `e.g.`, and stands only for what is as qualified as it is. */
  readonly sure: boolean;
}

const IDENTIFIER = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const PATH_OF_SYMBOL = String.raw`~?${IDENTIFIER}(?:(?:\?\.|::|->|[.#])~?#?${IDENTIFIER})*`;
/** Not in the middle of a word: a long one would be tried at each of its letters. */
const START = String.raw`(?<![\p{L}\p{N}_$])`;
/** A code span that is one symbol, with or without its arguments. */
const WHOLE = new RegExp(
  String.raw`^[*&@]?(?:\([^()]*\)\.)?(${PATH_OF_SYMBOL}[?!]?)(?:<[^()]*>)?(?:\((?:[^()]|\([^()]*\))*\))?;?$`,
  'u',
);
/** In a longer piece of code: what is called or declared. */
const CALLED = new RegExp(String.raw`${START}(${PATH_OF_SYMBOL}[?!]?)(?:<[\w\s,:&]*>)?\(`, 'gu');
/** In plain text. */
const WORD = new RegExp(String.raw`${START}(${PATH_OF_SYMBOL})(\(\))?`, 'gu');
const NO_CALL: ReadonlySet<string> = new Set(
  'if for while switch return sizeof catch match elif and or not in await assert defined typeof'.split(' '),
);
const CODE_SPAN = /(`+)(.+?)\1(?!`)/gs;
/** Fences in which what looks like a call is none. */
const NO_SOURCE: ReadonlySet<string> = new Set(
  'sh bash shell zsh console text txt output json yaml yml toml md markdown diff make makefile'.split(' '),
);
const EXTENSION =
  /\.(?:[ch]|cc|hh|[ch]pp|[ch]xx|pyi?|go|rs|java|rb|cs|[cm]?[jt]s|[jt]sx|json|ya?ml|toml|md|txt|sh|mk|html?|css|sql|xml|ini|cfg|lock|proto)$/i;

/** Nothing else in prose looks like it: `snake_case`, `camelCase`. */
const isDistinctive = (word: string): boolean => /[\p{L}\p{N}]_+[\p{L}\p{N}]|\p{Ll}\p{Lu}/u.test(word);

/** `src/a.c`, `a.c`, `src/a.c:12`, `src/**`; null for what is no file. */
function fileOf(text: string): string | null {
  const path = text.replace(/(?::\d+)+$/, '').replace(/^\.\//, '');
  if (path === '' || /[\s"'`()]|^-|^[a-z+]+:\/\//i.test(path)) return null;
  return EXTENSION.test(path) || (path.includes('/') && /^[\w@.*{},+-]+(?:\/[\w@.*{},+-]*)+$/.test(path)) ? path : null;
}

function codeIn(title: string, body: string): { code: string[]; sources: string[]; text: string } {
  const plain = withPlainLineEnds(body);
  const { fences } = outline(plain);
  const rest = `${title}\n${withoutSpans(plain, fences)}`;
  const code: string[] = [];
  const spans: Span[] = [];
  for (const found of rest.matchAll(CODE_SPAN)) {
    code.push((found[2] ?? '').trim());
    spans.push({ start: found.index, end: found.index + found[0].length });
  }
  const sources = fences.filter((one) => !NO_SOURCE.has(one.language)).map(({ start, end }) => plain.slice(start, end));
  // Distinctive words count wherever they stand, whatever a fence calls itself.
  const fenced = fences.map(({ start, end }) => plain.slice(start, end));
  return { code, sources, text: [withoutSpans(rest, spans), ...fenced].join('\n') };
}

function calledIn(source: string): string[] {
  return [...source.matchAll(CALLED)].flatMap(([, name = '']) => (NO_CALL.has(name) ? [] : [name]));
}

function read({ title, body }: TaskText): Named {
  const { code, sources, text } = codeIn(title, body);
  const symbols = new Set<string>();
  const files = new Set<string>();
  for (const span of code) {
    // `tests/test_a.py::test_b`: a file, and a symbol in it.
    const [, inFile = span, within = ''] = /^([^\s:]+\.\w+)::(\S+)$/.exec(span) ?? [];
    const file = fileOf(inFile);
    if (file !== null) files.add(file);
    const rest = file === null ? span : within;
    const whole = WHOLE.exec(rest)?.[1];
    if (whole !== undefined) symbols.add(whole);
    else for (const name of calledIn(rest)) symbols.add(name);
  }
  const mentions = new Map<string, Mention[]>();
  const mention = (name: string, sure: boolean): void => {
    const bare = bareSymbol(name);
    const same = mentions.get(bare);
    if (same === undefined) mentions.set(bare, [{ text: name, sure }]);
    else same.push({ text: name, sure });
  };
  for (const name of [...symbols, ...sources.flatMap(calledIn)]) mention(name, true);
  for (const [, word = '', called] of `${text}\n${code.join('\n')}`.matchAll(WORD)) {
    const bare = bareSymbol(word);
    if (called !== undefined || isDistinctive(bare)) mention(word, true);
    else if (word.length > bare.length && !EXTENSION.test(word)) mention(word, false);
  }
  for (const [word] of text.matchAll(/(?<![\w@.+/-])[\w@.+-]+(?:\/[\w@.+-]+)+/g)) {
    const file = fileOf(word.replace(/\.$/, ''));
    if (file !== null && EXTENSION.test(file)) files.add(file);
  }
  return { symbols: [...symbols], files: [...files], mentions };
}

/** A task is asked about many symbols, and its text is the same each time. */
const known = new WeakMap<TaskText, Named>();

function namedIn(task: TaskText): Named {
  const before = known.get(task);
  if (before !== undefined) return before;
  const named = read(task);
  known.set(task, named);
  return named;
}

/** The symbols in the code spans of title and body: as written, without arguments, and each in its bare form as well. */
export function symbolsNamed(task: TaskText): string[] {
  return [...new Set(namedIn(task).symbols.flatMap((symbol) => [symbol, bareSymbol(symbol)]))];
}

/** The files, and globs of files, that title and body name; as written, without `./` and line numbers. */
export function filesNamed(task: TaskText): string[] {
  return [...namedIn(task).files];
}

/**
 * Whether title or body names the symbol: in code, as a call, or as a word that can be nothing but a symbol
 * (`snake_case`, `camelCase`). A qualified mention names nobody else's: `Parser.next` is not `Lexer.next`.
 */
export function names(task: TaskText, symbol: string): boolean {
  const bare = bareSymbol(symbol);
  const same = namedIn(task).mentions.get(bare) ?? [];
  return same.some(({ text, sure }) => sameSymbol(text, symbol) && (sure || symbol !== bare));
}

/** Whether title or body names the file: by its path, by the end of its path, or by a glob. */
export function namesFile(task: TaskText, file: string): boolean {
  return namedIn(task).files.some(
    (named) => file === named || file.endsWith(`/${named}`) || (/[*{?]/.test(named) && matches(file, named)),
  );
}

/** Whether a symbol is one that the task `provides`. */
export function provides(task: Pick<Task, 'provides'>, symbol: string): boolean {
  return task.provides.some((one) => sameSymbol(one, symbol));
}

/** Whether a task is about a stub: it provides or names the symbol, or its `files` or its text name the file. */
export function isAbout(
  task: TaskText & Pick<Task, 'provides' | 'files'>,
  { symbol, file }: { readonly symbol: string; readonly file: string | null },
): boolean {
  if (provides(task, symbol) || names(task, symbol)) return true;
  return file !== null && (task.files.some((glob) => matches(file, glob)) || namesFile(task, file));
}

function matches(file: string, glob: string): boolean {
  return picomatch.isMatch(file, glob, { dot: true });
}
