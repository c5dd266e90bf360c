/** Names of the file itself that stand for "not implemented": an error kept in a constant, a function that only says so. */
import type { Found } from './functions.js';
import { markerInMessage } from './markers.js';
import { suspectOffsets } from './partial.js';
import type { Profile } from './profile.js';
import { promisesWork } from './promises.js';
import { ofFailure, type Value } from './values.js';
import type { Verdict } from './verdict.js';

/** A declaration on one line: `var errTodo = errors.New("…")`, `static final String WHY = "…";`, `const ERR: &str = "…"`. */
const DECLARED = /^\s*(?:[\w.:<>*&[\]]+\s+)*?([A-Za-z_]\w*)\s*(?::\s*[\w.:<>&' ]+)?\s*:?=\s*(\S.{0,200})$/;

/** Constants outside functions whose value is an error or a text that says so, each worth that marker. */
export function markedConstants(
  source: string,
  functions: readonly Found[],
  profile: Profile,
): ReadonlyMap<string, Value> {
  const known = new Map<string, Value>();
  for (const offset of suspectOffsets(source)) {
    const start = source.lastIndexOf('\n', offset) + 1;
    const end = source.indexOf('\n', offset);
    const [, name, value] = DECLARED.exec(source.slice(start, end === -1 ? source.length : end)) ?? [];
    if (name === undefined || value === undefined) continue;
    if (functions.some((found) => offset >= found.start && offset < found.end)) continue;
    const callee = /^(?:new\s+)?([\w.:]+)\s*\(/.exec(value)?.[1];
    if (callee === undefined) {
      const marker = /^["'`]/.test(value) ? markerInMessage(value) : null;
      if (marker !== null) known.set(name, { worth: 'text', marker });
    } else if (profile.words.fails.test(callee) || /(?:error|exception)$/i.test(callee)) {
      const { worth, marker } = ofFailure(value, callee);
      if (marker !== null) known.set(name, { worth, marker });
    }
  }
  return known;
}

/**
 * Functions that fail with what they are told is missing: `notYet('shuffle')`. They are no stubs, and what does nothing
 * but call them is one. Told from a stub by its name, which promises no work, and by its callers, who hand it a text.
 */
export function failingHelpers(
  functions: readonly Found[],
  verdicts: ReadonlyMap<Found, Verdict>,
  profile: Profile,
): ReadonlyMap<Found, Value> {
  const helpers = new Map<Found, Value>();
  for (const [found, verdict] of verdicts) {
    if (verdict.kind !== 'not-implemented' || promisesWork(found.name) || !/^\w+[!?]?$/.test(found.name)) continue;
    const handed = profile
      .parameterNames(found.parameters)
      .some((name) => new RegExp(`\\b${name}\\b`).test(found.code));
    if (!handed) continue;
    const call = new RegExp(`(?<![\\w$])${found.name.replace(/\W/g, '\\$&')}\\s*\\(?\\s*(?=(\\S))`, 'g');
    const handing = functions
      .filter((other) => other !== found)
      .flatMap(({ code }) => [...code.matchAll(call)].map((each) => each[1] ?? ''));
    if (handing.length > 0 && handing.every((first) => /["'`:_]/.test(first)))
      helpers.set(found, { worth: 'marker', marker: found.name });
  }
  return helpers;
}
