/** What a result is worth: nothing, a constant, what was handed in, or work. */
import { markerInAnswer, markerInMessage, markerInName } from './markers.js';
import type { Profile } from './profile.js';
import type { Shape } from './shape.js';

/**
 * `nothing` null and void · `yes`, `no` · `zero` a number, `text` a string, `constant` a named one · `empty` a value
 * with nothing in it · `canned` a literal with something in it, or made up · `given` a parameter as it came · `itself`
 * for chaining · `marker` says that it is not implemented · `failure` an error that does not say so · `work` all else.
 */
export type Worth =
  | 'nothing'
  | 'yes'
  | 'no'
  | 'zero'
  | 'text'
  | 'constant'
  | 'empty'
  | 'canned'
  | 'given'
  | 'itself'
  | 'marker'
  | 'failure'
  | 'work';

export interface Value {
  readonly worth: Worth;
  /** The words that say so, for `marker`. */
  readonly marker: string | null;
}

export interface Scope {
  readonly profile: Profile;
  readonly parameters: readonly string[];
  /** Local names with a constant value. */
  readonly locals: Map<string, Value>;
  /** What a function within is worth, which its statements tell (statements.ts); work where nobody asks them. */
  readonly closure?: (closure: Shape, scope: Scope) => Value;
  /** After a body that only talks: a count of what was handed in, or in a literal any field of it, is no work. */
  readonly echoes?: 'counts' | 'fields';
}

const of = (worth: Worth): Value => ({ worth, marker: null });
const said = (marker: string): Value => ({ worth: 'marker', marker });

/** The callee of a call, without arguments: `Promise.resolve`, `json!`. */
export function calleeOf(profile: Profile, call: Shape): string {
  const list = argumentsOf(profile, call);
  const text = list === null ? call.text : call.text.slice(0, list.start - call.start);
  return text.replace(/\s+/g, ' ').trim().slice(0, 200);
}

export function argumentsOf(profile: Profile, call: Shape): Shape | null {
  return call.parts.findLast((part) => profile.syntax.argumentLists.includes(part.type)) ?? null;
}

const FIXED: readonly Worth[] = ['zero', 'text', 'constant', 'canned'];

const UNSEEN: readonly Worth[] = [...FIXED, 'yes', 'no', 'empty'];

const REPEATED = /^\[[^[\]]*\]\s*\*\s*[\w.]+$/;

export function worthOf(shape: Shape, scope: Scope): Value {
  const { syntax, words } = scope.profile;
  const text = shape.text.trim();
  if (words.unimplemented.test(text)) return said(text.slice(0, 60));
  if (words.nothing.test(text)) return of('nothing');
  if (words.yes.test(text)) return of('yes');
  if (words.no.test(text)) return of('no');
  if (words.itself.test(text)) return of('itself');
  if (syntax.transparent.includes(shape.type)) {
    const inner = shape.parts.filter((part) => !syntax.types.includes(part.type));
    const only = inner.at(-1);
    return only === undefined ? of('nothing') : inner.length === 1 ? worthOf(only, scope) : together(inner, scope);
  }
  if (syntax.pairs.includes(shape.type)) {
    const value = shape.parts.at(-1);
    return value === undefined ? of('nothing') : worthOf(value, scope);
  }
  if (syntax.tags?.includes(shape.type)) return collected(shape.parts.slice(1), scope);
  if (syntax.strings.includes(shape.type)) return ofString(shape, scope);
  if (syntax.literals.includes(shape.type)) return of('zero');
  if (syntax.collections.includes(shape.type)) {
    const value = collected(shape.parts, scope);
    return value.worth === 'canned' && showsGiven(shape, scope) ? of('work') : value;
  }
  if (syntax.identifiers.includes(shape.type) || syntax.members.includes(shape.type)) return ofName(text, shape, scope);
  const shown = syntax.tags !== undefined && shape.parts.some((part) => syntax.tags?.includes(part.type));
  const admits = shown && text.length < 300 ? markerInMessage(text.replace(/<[^<>]*>/g, ' ')) : null;
  if (admits !== null) return said(admits);
  if (syntax.constructs.includes(shape.type)) return ofConstruct(shape, scope);
  const [first] = shape.parts;
  // Python's `[0.0] * days`: as many of a constant as are asked for.
  if (first !== undefined && syntax.collections.includes(first.type) && REPEATED.test(text))
    return worthOf(first, scope);
  // As many made-up things as there are others.
  if (first !== undefined && /^(?:list_comprehension|generator_expression)$/.test(shape.type))
    return of(UNSEEN.includes(worthOf(first, scope).worth) ? 'canned' : 'work');
  // Arithmetic of constants and of what is made up is made up.
  if (/^binary/.test(shape.type) && shape.parts.every((part) => FIXED.includes(worthOf(part, scope).worth)))
    return of('canned');
  if (syntax.closures?.includes(shape.type)) return scope.closure?.(shape, scope) ?? of('work');
  if (scope.echoes !== undefined && echoed(text, scope)) return of('given');
  if (syntax.calls.includes(shape.type)) return ofCall(shape, scope);
  return of('work');
}

function ofString(shape: Shape, scope: Scope): Value {
  const marker = markerInMessage(shape.text.replace(/^\W+|\W+$/g, ''));
  const filled = shape.parts.filter((part) => /interpol|substitution/.test(part.type));
  if (filled.length > 0) return of('work');
  if (marker !== null && shape.text.length < 120) return { worth: 'text', marker };
  return of(
    shape.text.replace(/^\w*["'`]+|["'`]+$/g, '') === '' ? 'empty' : scope.parameters.length >= 0 ? 'text' : 'work',
  );
}

function ofName(text: string, shape: Shape, scope: Scope): Value {
  const local = scope.locals.get(text);
  if (local !== undefined) return local;
  if (scope.parameters.includes(text)) return of('given');
  const marker = markerInName(text);
  if (marker !== null && text.length < 80) return said(text);
  if (scope.profile.words.constants.test(text)) return of('constant');
  // A field of something handed in is not a look into it either: `request.id`.
  const root = shape.parts[0];
  if (root !== undefined && scope.profile.syntax.members.includes(shape.type)) {
    if (scope.echoes !== undefined && echoed(text, scope)) return of('given');
  }
  return of('work');
}

const COUNT = /^(?:len\((\w+)\)|([\w$]+)(?:\.|->)(?:length|size|count|len|Length|Count)(?:\(\))?)$/;

function echoed(text: string, { parameters, echoes }: Scope): boolean {
  const count = COUNT.exec(text);
  const field = echoes === 'fields' ? /^[\w$]+(?=(?:(?:\.|->)\w+)+$)/.exec(text)?.[0] : undefined;
  return parameters.includes(count?.[1] ?? count?.[2] ?? field ?? '');
}

/** Of several values: work if one is; what they are together otherwise. */
export function together(parts: readonly Shape[], scope: Scope): Value {
  const values = parts
    .filter((part) => !scope.profile.syntax.types.includes(part.type))
    .map((part) => worthOf(part, scope));
  const marker = values.find((value) => value.worth === 'marker');
  if (marker !== undefined) return marker;
  if (values.some((value) => value.worth === 'work')) return of('work');
  const failure = values.find((value) => value.worth === 'failure');
  if (failure !== undefined) return failure;
  const telling = values.filter((value) => value.worth !== 'nothing');
  if (telling.length === 0) return of('nothing');
  return telling.length === 1 ? (telling[0] ?? of('nothing')) : of('canned');
}

function collected(parts: readonly Shape[], scope: Scope): Value {
  const { syntax } = scope.profile;
  const entries = parts.filter((part) => !syntax.types.includes(part.type));
  if (entries.length === 0) return of('empty');
  // Of a pair only the value counts; keys and field names are names.
  const values = entries.map((entry) =>
    worthOf((syntax.settings?.includes(entry.type) ? entry.parts.at(-1) : undefined) ?? entry, scope),
  );
  if (values.some((value) => value.worth === 'work' || value.worth === 'itself' || value.worth === 'marker'))
    return of('work');
  const bare = values.every(({ worth }) => worth === 'empty' || worth === 'nothing');
  return of(bare ? 'empty' : values.every(({ worth }) => worth === 'given') ? 'given' : 'canned');
}

/** An element that shows what it was handed. */
function showsGiven(shape: Shape, scope: Scope): boolean {
  if (scope.profile.syntax.tags === undefined || !/^(?:jsx_|parenthesized)/.test(shape.type)) return false;
  if (markerInMessage(shape.text.slice(0, 300).replace(/<[^<>]*>/g, ' ')) !== null) return false;
  return scope.parameters.some((name) => new RegExp(`\\{\\s*${name.replace(/\$/g, '\\$')}\\b`).test(shape.text));
}

function ofConstruct(shape: Shape, scope: Scope): Value {
  const { syntax, words } = scope.profile;
  const list = shape.parts.findLast((part) => [...syntax.argumentLists, ...syntax.collections].includes(part.type));
  const head = list === undefined ? shape.text : shape.text.slice(0, list.start - shape.start);
  if (/error|exception|failure|fault\b/i.test(head)) return ofFailure(shape.text, head);
  // A class of its own, written on the spot.
  if (shape.parts.some((part) => /class_body|declaration_list/.test(part.type))) return of('work');
  if (list === undefined || list.parts.length === 0) return of('empty');
  const inner = collected(list.parts, scope);
  if (inner.worth === 'given' && list.parts.length === 1 && COPIES.test(head)) return inner;
  if (inner.worth === 'work' || inner.worth === 'given') return of('work');
  // Something made of what was handed in is what constructors are for.
  const called = syntax.argumentLists.includes(list.type);
  if (called && list.parts.some((part) => worthOf(part, scope).worth === 'given')) return of('work');
  const nested = list.parts.some((part) => syntax.constructs.includes(part.type));
  if (words.makesEmpty.test(head.trim()) && !nested && called) return of('empty');
  return of('canned');
}

/** A list made of one other thing is a copy of it. */
const COPIES = /^new (?:[\w.]+\.)?(?:(?:Array|Linked)?List|(?:Linked)?HashMap|Dictionary|Map|Array)\b/;

/** An error: its name or its message says whether the thing is not there, or went wrong. */
export function ofFailure(text: string, head: string): Value {
  const message = text.slice(head.length);
  const strings = [...message.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`/g)]
    .map((found) => found[1] ?? found[2] ?? found[3] ?? '')
    .join(' ');
  const name = markerInName(text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, ''));
  const marker = name ?? markerInMessage(strings);
  return marker === null ? of('failure') : said(marker);
}

function ofCall(shape: Shape, scope: Scope): Value {
  const { profile } = scope;
  const { words } = profile;
  const callee = calleeOf(profile, shape);
  const list = argumentsOf(profile, shape);
  const entries = (list?.parts ?? []).filter((part) => !profile.syntax.types.includes(part.type));
  if (words.fails.test(callee)) return ofFailure(shape.text, callee);
  const mapped = /\.map$/.test(callee)
    ? entries.find((part) => profile.syntax.closures?.includes(part.type))
    : undefined;
  if (mapped !== undefined && UNSEEN.includes(worthOf(mapped, scope).worth)) return of('canned');
  const copies = entries.length > 0 && words.wraps.test(callee);
  if (!copies && words.makesEmpty.test(callee) && entries.every((part) => worthOf(part, scope).worth !== 'work'))
    return of('empty');
  if (words.wraps.test(callee)) {
    const receiver = receiverOf(callee, shape, scope);
    if (entries.length === 0) return receiver ?? of('empty');
    const inner = together(entries, scope);
    return receiver === null || receiver.worth === inner.worth
      ? inner
      : of(receiver.worth === 'work' ? 'work' : inner.worth);
  }
  if (words.makesCanned.test(callee)) {
    const inner = entries.length === 0 ? of('empty') : together(entries, scope);
    const answered = /respon|json/i.test(callee) ? markerInAnswer(shape.text) : null;
    if (answered !== null) return said(answered);
    return inner.worth === 'work' || inner.worth === 'marker' || inner.worth === 'failure' ? inner : of('canned');
  }
  // A parameter that is called as it came: the wrapping that was promised is not there.
  if (scope.parameters.includes(callee)) return together(entries, scope).worth === 'work' ? of('work') : of('given');
  if (NAME_ONLY.test(callee) && markerInName(callee) !== null) return said(callee);
  return of('work');
}

/** A callee that is a path of names; what holds calls or strings is judged elsewhere. */
export const NAME_ONLY = /^[\w.:$!>-]{1,80}$/;

/** `text.clone()` is worth what `text` is. */
function receiverOf(callee: string, shape: Shape, scope: Scope): Value | null {
  const first = shape.parts[0];
  if (first === undefined || !/[.>]\s*\w+[?!]?$/.test(callee)) return null;
  const receiver = scope.profile.syntax.members.includes(first.type) ? first.parts[0] : first;
  if (receiver === undefined) return null;
  return /^[A-Z]/.test(receiver.text) ? null : worthOf(receiver, scope);
}
