/** What the statements of a small body do: nothing, log, wait, fail, give something back, or work. */
import { ANSWERS, ASKS, DEFERS, EACH, GOES_ON, LOOPS, WIRES, waitsForTimer } from './callees.js';
import { markerInAnswer, markerInMessage, markerInName } from './markers.js';
import type { Shape } from './shape.js';
import { argumentsOf, calleeOf, NAME_ONLY, ofFailure, type Scope, together, type Value, worthOf } from './values.js';

export type Deed =
  | { readonly does: 'nothing' }
  /** `whole` is the loop around it. */
  | { readonly does: 'log'; readonly text: string; readonly whole?: string }
  | { readonly does: 'wait' }
  | { readonly does: 'fail'; readonly marker: string | null; readonly text: string }
  | { readonly does: 'give'; readonly value: Value; readonly text: string }
  | { readonly does: 'work' };

const WORK: Deed = { does: 'work' };
const NOTHING: Deed = { does: 'nothing' };

/** The deeds of a body, in order. */
export function deedsOf(body: Shape, scope: Scope): readonly Deed[] {
  const { syntax } = scope.profile;
  if (!syntax.blocks.includes(body.type)) return [give(body, scope)];
  const statements = flatten(body, syntax.blocks);
  const deeds = statements.map((statement, index) => deedOf(statement, scope, index === statements.length - 1));
  const last = statements.at(-1);
  if (last === undefined || !onlyTalks(deeds)) return deeds;
  // Between what it says and what it was handed there was no work: `return { sent: true, to: mail.to }`.
  for (const echoes of ['counts', 'fields'] as const) {
    const deed = deedOf(last, { ...scope, echoes }, true);
    const worth = deed.does === 'give' ? deed.value.worth : 'work';
    if (worth === 'canned' || (echoes === 'counts' && worth === 'given')) return [...deeds.slice(0, -1), deed];
  }
  return deeds;
}

/** Logs, and only then gives back something that looks like work. */
function onlyTalks(deeds: readonly Deed[]): boolean {
  const result = deeds.at(-1);
  return (
    result?.does === 'give' &&
    result.value.worth === 'work' &&
    deeds.some((deed) => deed.does === 'log') &&
    deeds.slice(0, -1).every((deed) => deed.does === 'log' || deed.does === 'wait' || deed.does === 'nothing')
  );
}

function flatten(block: Shape, blocks: readonly string[]): readonly Shape[] {
  return block.parts.flatMap((part) => (blocks.includes(part.type) ? flatten(part, blocks) : [part]));
}

function give(shape: Shape, scope: Scope): Deed {
  const { syntax } = scope.profile;
  const inner = peel(shape, scope);
  // An expression body that throws or logs: `=> throw new X()`.
  if (syntax.throws.includes(inner.type)) return failing(inner, scope);
  if (syntax.calls.includes(inner.type)) {
    const deed = calling(inner, scope);
    if (deed !== null) return deed;
  }
  return { does: 'give', value: worthOf(shape, scope), text: shape.text };
}

/** Expression statements, parentheses and `await` around what is done. */
function peel(shape: Shape, scope: Scope): Shape {
  const { syntax } = scope.profile;
  if (!syntax.transparent.includes(shape.type)) return shape;
  const inner = shape.parts.filter((part) => !syntax.types.includes(part.type));
  const only = inner[0];
  return inner.length === 1 && only !== undefined ? peel(only, scope) : shape;
}

function deedOf(statement: Shape, scope: Scope, last: boolean): Deed {
  const { syntax, words } = scope.profile;
  if (syntax.empty.includes(statement.type) || words.quiets.test(statement.text.trim())) return NOTHING;
  if (syntax.throws.includes(statement.type)) return failing(statement, scope);
  if (syntax.returns.includes(statement.type)) return returning(statement, scope);
  if (syntax.declarations.includes(statement.type)) return declaring(statement, scope);
  if (syntax.closures?.includes(statement.type) && statement.parts.length > 1) {
    const name = statement.parts.find((part) => syntax.identifiers.includes(part.type));
    const value = ofClosure(statement, scope);
    if (name === undefined || value.worth === 'work') return WORK;
    scope.locals.set(name.text, value);
    return NOTHING;
  }
  const inner = peel(statement, scope);
  // Details of an error that is about to be thrown: `err.code = 'ENOTSUP'`.
  const kept = scope.locals.get(/^([A-Za-z_$][\w$]*)\.\w+\s*=[^=]/.exec(inner.text)?.[1] ?? '');
  if (kept?.worth === 'marker') return NOTHING;
  if (inner !== statement && inner.type !== statement.type) {
    if (syntax.throws.includes(inner.type) || syntax.returns.includes(inner.type)) return deedOf(inner, scope, last);
    if (syntax.declarations.includes(inner.type)) return declaring(inner, scope);
  }
  if (words.unimplemented.test(inner.text.trim()))
    return { does: 'fail', marker: inner.text.slice(0, 60), text: inner.text };
  if (syntax.strings.includes(inner.type) && !(last && syntax.lastIsResult)) return NOTHING; // a docstring
  if (syntax.calls.includes(inner.type)) {
    const deed = calling(inner, scope);
    if (deed !== null) return deed;
    // What a handler sends is its result.
    const callee = calleeOf(scope.profile, inner);
    const handed = argumentsOf(scope.profile, inner)?.parts[0];
    const deferred =
      (DEFERS.test(callee) && handed !== undefined && scope.parameters.includes(handed.text)) ||
      (GOES_ON.test(inner.text) && scope.parameters.includes(callee));
    if (deferred || (ANSWERS.test(callee) && words.makesCanned.test(callee)))
      return { does: 'give', value: worthOf(inner, scope), text: inner.text };
  }
  const made = /^err\s*=[^=]/.test(inner.text) ? inner.parts.at(-1) : undefined;
  if (made !== undefined && worthOf(made, scope).worth === 'marker') {
    scope.locals.set('err', worthOf(made, scope));
    return NOTHING;
  }
  if (/^yield/.test(inner.type) && inner.parts.length === 1) return yielding(inner, scope);
  if (LOOPS.test(inner.type)) return looping(inner, scope);
  if (syntax.constructs.includes(inner.type) && waitsForTimer(inner.text)) return { does: 'wait' };
  if (words.streams?.test(inner.text)) return { does: 'log', text: inner.text };
  if (filling(inner, scope)) return NOTHING;
  // C says it by a number beside the result: `errno = ENOSYS; return -1;`.
  const set = /^errno\s*=\s*(\w+);?$/.exec(inner.text.trim())?.[1];
  if (set !== undefined) return { does: 'fail', marker: markerInName(set), text: inner.text };
  if (last && syntax.lastIsResult) return give(inner, scope);
  if (syntax.literals.includes(inner.type) || words.nothing.test(inner.text)) return NOTHING;
  return WORK;
}

function returning(statement: Shape, scope: Scope): Deed {
  const parts = statement.parts.filter((part) => !scope.profile.syntax.types.includes(part.type));
  const first = parts[0];
  // Go's named results: `err = errors.New("not implemented")`, and then a bare return.
  const owed = scope.locals.get('err');
  if (first === undefined && owed?.worth === 'marker')
    return { does: 'fail', marker: owed.marker, text: owed.marker ?? '' };
  if (first === undefined) return { does: 'give', value: { worth: 'nothing', marker: null }, text: '' };
  if (parts.length === 1) return give(first, scope);
  return { does: 'give', value: together(parts, scope), text: statement.text };
}

function failing(statement: Shape, scope: Scope): Deed {
  if (scope.profile.words.unimplemented.test(statement.text)) {
    return { does: 'fail', marker: statement.text.trim().slice(0, 80), text: statement.text };
  }
  const value = ofFailure(statement.text, '');
  return { does: 'fail', marker: value.marker ?? markerInLocals(statement.text, scope), text: statement.text };
}

/** A message may stand in a local first: `msg = "not implemented"`, then `raise Error(msg)`. */
function markerInLocals(text: string, scope: Scope): string | null {
  for (const [name, { marker }] of scope.locals)
    if (marker !== null && new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b`).test(text)) return marker;
  return null;
}

function declaring(statement: Shape, scope: Scope): Deed {
  const { syntax } = scope.profile;
  const holder = statement.parts.find((part) => syntax.declarations.includes(part.type)) ?? statement;
  if (holder !== statement) return declaring(holder, scope);
  const named = holder.parts.filter((part) => !syntax.types.includes(part.type));
  // A type with its namespace is a name to the grammar: C++'s `std::vector<int> out;`.
  const typed = named.length === 2 && /^\w+::[\w:]+(?:<.*>)?$/.test(named[0]?.text ?? '');
  const parts = typed ? named.slice(1) : named;
  // One for all calls: it may have been filled elsewhere, and is not new.
  if (parts.length === 1 && /^static\s/.test(statement.text)) return WORK;
  const name = parts[0];
  const value = parts.at(-1);
  // Declared without a value: the zero of its type.
  if (name !== undefined && parts.length === 1 && /^[\w$]+$/.test(name.text))
    scope.locals.set(name.text, { worth: 'empty', marker: null });
  // Thrown away: Rust's `let _ = self.inner.shutdown();`, whose `_` is no name to the grammar.
  if (parts.length === 1 && value !== undefined && /^let _\s*=/.test(statement.text))
    return worthOf(value, scope).worth === 'work' ? WORK : NOTHING;
  if (name === undefined || value === undefined || parts.length < 2) return NOTHING;
  if (!/^[\w$]+$/.test(name.text)) return WORK;
  const worth = worthOf(value, scope);
  if (worth.worth === 'work' || (worth.worth === 'marker' && !isFailure(value, scope))) return WORK;
  scope.locals.set(name.text, worth);
  return NOTHING;
}

/** An error that is made and not yet thrown. */
function isFailure(value: Shape, scope: Scope): boolean {
  const { calls, constructs } = scope.profile.syntax;
  return (
    (calls.includes(value.type) && scope.profile.words.fails.test(calleeOf(scope.profile, value))) ||
    (constructs.includes(value.type) && /^(?:new\s+)?[\w.:]*(?:Error|Exception)\b/.test(value.text))
  );
}

const FILLS =
  /^([A-Za-z_]\w*)(?:\.|->)(?:add(?:All|Last)?|append|push(?:_back)?|emplace_back|put|insert|offer|set(?:_?[A-Z]\w*)?|Add)$/;
const SETS = /^\*?([A-Za-z_]\w*)(?:(?:\.|->)\w+|\[[^\]]*\])?\s*=(?!=)/;

/** Whether a statement puts made-up things into a local: `rows.add(new Row("A", 1))`, `reply.code = 200`. It is canned then. */
function filling(inner: Shape, scope: Scope): boolean {
  const { syntax } = scope.profile;
  const called = syntax.calls.includes(inner.type);
  const name = (called ? FILLS.exec(calleeOf(scope.profile, inner)) : SETS.exec(inner.text))?.[1];
  const local = name === undefined ? undefined : scope.locals.get(name);
  // A result handed back through a pointer.
  if (!called && local === undefined && /^\*|^\w+->/.test(inner.text) && scope.parameters.includes(name ?? ''))
    return MADE_UP_RESULT.test(inner.parts.at(-1)?.text ?? '');
  if (name === undefined || (local?.worth !== 'empty' && local?.worth !== 'canned')) return false;
  const last = inner.parts.at(-1);
  const given = called ? (argumentsOf(scope.profile, inner)?.parts ?? []) : last === undefined ? [] : [last];
  if (given.length === 0 || !given.every((part) => MADE_UP.has(worthOf(part, scope).worth))) return false;
  scope.locals.set(name, { worth: 'canned', marker: null });
  return true;
}

/** A value that nobody begins with: neither zero, one, nor nothing. */
const MADE_UP_RESULT = /^(?:"[^"]+"|-?\d*(?:\d\.\d+|\d\d+|[2-9])[fFLuU]*)$/;

const MADE_UP: ReadonlySet<string> = new Set(['yes', 'no', 'zero', 'text', 'constant', 'empty', 'canned', 'nothing']);

/** What a function within is worth: what it gives back, or that it does something. */
export function ofClosure(closure: Shape, scope: Scope): Value {
  const body = closure.parts.at(-1);
  if (body === undefined) return { worth: 'work', marker: null };
  const own =
    closure.parts.find((part) => part !== body && /param/.test(part.type)) ??
    closure.parts.find((part) => part !== body && /identifier/.test(part.type));
  const named = own === undefined ? [] : scope.profile.parameterNames(own.text);
  const inner: Scope = { ...scope, parameters: [...scope.parameters, ...named], locals: new Map(scope.locals) };
  const deeds = deedsOf(body, inner);
  const failed = deeds.find((deed) => deed.does === 'fail' || deed.does === 'work' || deed.does === 'log');
  if (failed?.does === 'fail' && failed.marker !== null) return { worth: 'marker', marker: failed.marker };
  if (failed !== undefined) return { worth: 'work', marker: null };
  const gives = deeds.flatMap((deed) => (deed.does === 'give' ? [deed.value] : []));
  return gives.at(-1) ?? { worth: 'nothing', marker: null };
}

/** A call as a statement: it logs, waits, fails, or is work, which is null here. */
function calling(call: Shape, scope: Scope): Deed | null {
  const { words } = scope.profile;
  const callee = calleeOf(scope.profile, call);
  if (words.unimplemented.test(call.text.trim()))
    return { does: 'fail', marker: call.text.slice(0, 60), text: call.text };
  if (words.waits.test(callee)) return { does: 'wait' };
  const value = words.fails.test(callee) ? ofFailure(call.text, callee) : null;
  if (value !== null)
    return { does: 'fail', marker: value.marker ?? markerInLocals(call.text, scope), text: call.text };
  if (words.logs.test(callee)) return { does: 'log', text: call.text };
  const told = EACH.test(callee) ? closureDeeds(call, scope) : [];
  if (told.some((deed) => deed.does === 'log') && told.every((deed) => deed.does === 'log' || deed.does === 'nothing'))
    return { does: 'log', text: call.text };
  const named =
    scope.locals.get(callee.replace(/^(?:this|self|cls)(?:\.|->)/, ''))?.marker ??
    (NAME_ONLY.test(callee) && !ASKS.test(callee) ? markerInName(callee) : null);
  if (named !== null) return { does: 'fail', marker: callee.slice(0, 60), text: call.text };
  const list = argumentsOf(scope.profile, call);
  if (ASKS.test(callee) || WIRES.test(callee)) return null;
  const answered = ANSWERS.test(callee) ? markerInAnswer(call.text) : null;
  if (answered !== null && call.text.length < 200) return { does: 'fail', marker: answered, text: call.text };
  // One level in: callbacks that are handed the error, `cb(new Error('not implemented'))`.
  const given = (list?.parts ?? []).map((part) => worthOf(part, scope)).find((part) => part.worth === 'marker');
  if (given?.marker != null) return { does: 'fail', marker: given.marker, text: call.text };
  return null;
}

/** Made-up things one after the other, out of a generator. */
function yielding(inner: Shape, scope: Scope): Deed {
  const value = inner.parts[0] === undefined ? null : worthOf(inner.parts[0], scope);
  return value !== null && ['text', 'zero', 'canned'].includes(value.worth)
    ? { does: 'give', value: { worth: 'canned', marker: null }, text: inner.text }
    : WORK;
}

/** A loop that says something of each thing, and does nothing with it, logs. What it writes elsewhere is its work. */
function looping(loop: Shape, scope: Scope): Deed {
  const body = loop.parts.at(-1);
  if (body === undefined) return WORK;
  const deeds = deedsOf(body, { ...scope, locals: new Map(scope.locals) });
  if (!deeds.every((deed) => deed.does === 'log' || deed.does === 'wait')) return WORK;
  const said = deeds.flatMap((deed) => (deed.does === 'log' ? [deed.text] : [])).join('\n');
  const elsewhere = /^(?:std::)?f\w*print\w*\(|\.Fprint/im.test(said) && !/\bos\.Std|\bstd(?:err|out)\b/.test(said);
  return said === '' || elsewhere ? WORK : { does: 'log', text: said, whole: loop.text };
}

/** The deeds of the block or callback that a call is handed. */
function closureDeeds(call: Shape, scope: Scope): readonly Deed[] {
  const handed = [...call.parts, ...(argumentsOf(scope.profile, call)?.parts ?? [])];
  const closure = handed.findLast((part) => scope.profile.syntax.closures?.includes(part.type));
  const body = closure?.parts.at(-1);
  return body === undefined ? [] : deedsOf(body, { ...scope, locals: new Map(scope.locals) });
}

/** Whether a log line says itself that nothing is there. */
export function loggedMarker(deeds: readonly Deed[]): string | null {
  for (const deed of deeds) {
    if (deed.does !== 'log') continue;
    const message = /["'`]([\s\S]*)["'`]/.exec(deed.text)?.[1] ?? '';
    const marker = markerInMessage(message) ?? markerInName(message);
    if (marker !== null) return marker;
  }
  return null;
}
