/** What is known of a body when the questions begin. */
import type { Found } from './functions.js';
import type { Profile } from './profile.js';
import { promisesWork } from './promises.js';
import type { Shape } from './shape.js';
import { type Deed, deedsOf, ofClosure } from './statements.js';
import type { Scope, Value } from './values.js';
import { holdsWord } from './word.js';

/** What is passed through everything, for others to look at. */
const PASSED_ON = /^(?:ctx|context|cancellationToken|ct)$/;

/** Parameters that a framework hands to everything, and that many a function has no use for. */
const HANDED =
  /^(?:re(?:q(?:uest)?|s(?:ponse)?)|ctx|context|args|kwargs|next|e(?:v(?:ent)?)?|sender|cancellationToken|ct)$/;

/** Strings that nothing is put into. */
const PLAIN_TEXT = /"[^"\\{}$#%\n]*"|'[\w./: -]+'/g;

/** As many as there are, whatever they are: `for _ in rows`, `rows.map(() => 0)`. */
export const COUNTED = /\bfor _\w* in (?:[\w.]+|range\((?:len\()?[\w.]+\)+)|\b[\w.]+(?=\.map\((?:\(_?\)|_) =>)/g;

export interface Looked {
  readonly found: Found;
  readonly profile: Profile;
  readonly shape: Shape;
  /** Helpers, fixtures and fakes beside tests answer for nothing. */
  readonly inTests: boolean;
  /** What names of the file are worth that stand for "not implemented". */
  readonly known: ReadonlyMap<string, Value>;
}

export interface Facts extends Looked {
  readonly deeds: readonly Deed[];
  readonly doc: string;
  /** Comments in the body. */
  readonly note: string;
  /** The last value given back; null where there is none. */
  readonly value: Value | null;
  /** Parameters that nothing looks at, but for logs; without those whose name says so. */
  readonly unused: readonly string[];
  /** Every one of its parameters is. */
  readonly blind: boolean;
}

/** Documentation that a language keeps inside the body. */
export function docstringOf({ code }: Found): string {
  return /^\W*(?:"""|''')([\s\S]*?)(?:"""|''')/.exec(code)?.[1] ?? '';
}

/** Names of the types and modules it belongs to, those too that stand in its own: `NullSink::write`. */
export const ownersOf = ({ name, parents }: Found): readonly string[] => [
  ...parents.map((parent) => parent.name),
  ...(name.includes('::') ? name.split('::').slice(0, -1) : []),
];

export function factsOf(looked: Looked): Facts {
  const { found, profile, shape } = looked;
  const names = profile.parameterNames(found.parameters);
  const scope: Scope = { profile, parameters: names, locals: new Map(looked.known), closure: ofClosure };
  for (const name of names) scope.locals.delete(name);
  const deeds = deedsOf(shape, scope);
  const docstring = docstringOf(found);
  const gives = deeds.flatMap((deed) => (deed.does === 'give' ? [deed.value] : []));
  let code = docstring === '' ? found.code : found.code.replace(docstring, '');
  for (const deed of deeds) if (deed.does === 'log') code = code.replace(deed.whole ?? deed.text, '');
  code = code.replace(
    /\(void\)\s*\w+\s*;|\b_\s*=\s*&?\w+|\blet _ = (?:&?\w+|\([\w, &]*\))|\bdel \w+|\bvoid [\w$]+\s*(?:;|$)/gm,
    '',
  );
  code = code.replace(PLAIN_TEXT, '""');
  if (promisesWork(found.name)) code = code.replace(COUNTED, '');
  const unused = names.filter((name) => !name.startsWith('_') && !HANDED.test(name) && !holdsWord(code, name));
  // Written out: an object that begins as a copy is slow to make and slow to read, and these are many.
  return {
    found,
    profile,
    shape,
    inTests: looked.inTests,
    known: looked.known,
    deeds,
    doc: `${found.doc}\n${docstring}`.trim(),
    note: found.comments.map((comment) => comment.text).join('\n'),
    value: gives.at(-1) ?? null,
    unused,
    blind: unused.length > 0 && unused.length === names.filter((name) => !PASSED_ON.test(name)).length,
  };
}
