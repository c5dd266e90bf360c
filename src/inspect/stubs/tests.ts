/** Whether a test tests: not skipped, not empty, and asserting more than constants. */

import type { Found } from './functions.js';
import { deliberate, markerInComment, markerInMessage, markerInName } from './markers.js';
import type { Profile } from './profile.js';
import type { Shape } from './shape.js';
import type { Verdict } from './verdict.js';
import { indexOfWord } from './word.js';

const certain = (kind: 'skipped-test' | 'vacuous-test', message: string): Verdict => ({
  kind,
  severity: 'error',
  message,
});

/** Tests that the compiler decides: that they build is what they show. */
const COMPILED = /compiles|typ(?:e|ing)_?check|send_?(?:and_?)?sync|is_(?:debug|clone|send|sync)\b/i;

/** Spring's own first test: the framework starts the whole application before it, which is what is tested. */
const STARTED = /^contextLoads$/;

/** `helpers`: names of functions of the same file that assert. `shape` is null for a body too large to look at. */
export function judgeTest(
  found: Found,
  profile: Profile,
  shape: Shape | null,
  helpers: readonly string[],
): Verdict | null {
  const rules = profile.tests;
  if (rules.conditionalHead.test(found.head) || found.conditional) return null;
  const skipped = rules.skippedHead.exec(found.head);
  if (skipped !== null) return certain('skipped-test', `is skipped: ${skipped[0].trim().slice(0, 80)}`);
  const alone = rules.aloneHead?.exec(found.head) ?? null;
  if (alone !== null) return certain('skipped-test', `skips every other test: ${alone[0].trim().slice(0, 80)}`);
  if (found.body === null) return certain('skipped-test', 'has a title and no body');
  const statements = shape === null ? [] : flatten(shape, profile.syntax.blocks);
  for (const statement of statements) {
    const text = statement.text.trim();
    const skips = rules.skips.exec(text);
    if (skips !== null) return certain('skipped-test', `skips itself: ${text.split('\n')[0]?.slice(0, 80)}`);
    if (rules.asserts.test(text)) break;
    if (leaves(statement, profile) && statement !== statements.at(-1))
      return certain('vacuous-test', 'returns before it asserts anything');
  }
  if (rules.exempt.test(found.head) || STARTED.test(found.name)) return null;
  const note = found.comments.map(({ text }) => text).join('\n');
  if (
    shape !== null &&
    statements.every((statement) => idle(statement, profile) && !rules.asserts.test(statement.text))
  ) {
    // What a compiler or another test does may be the reason; a TODO is none.
    const reasoned = deliberate(`${found.doc}\n${note}`) && markerInComment(note) === null;
    return { ...certain('vacuous-test', 'is empty'), severity: reasoned ? 'warning' : 'error' };
  }
  const failing = unwritten(statements, profile);
  if (failing !== null)
    return { kind: 'not-implemented', severity: 'error', message: `does nothing but fail with “${failing}”` };
  const code = found.code;
  if (!asserting(code, profile, helpers)) {
    if (COMPILED.test(found.name)) return null;
    return { kind: 'vacuous-test', severity: 'warning', message: 'asserts nothing' };
  }
  const rest = withConstants(code).replace(new RegExp(rules.vacuous, `${rules.vacuous.flags}g`), '');
  if (rest !== withConstants(code) && !asserting(rest, profile, helpers))
    return certain('vacuous-test', 'asserts only constants');
  const others = rest.replace(SELF, '');
  if (others !== rest && !REFLEXIVE.test(found.name) && !asserting(others, profile, helpers))
    return { kind: 'vacuous-test', severity: 'warning', message: 'compares things only with themselves' };
  return null;
}

/** `return;`, with nothing to hand to whoever runs the test. */
function leaves({ type, parts }: Shape, { syntax }: Profile): boolean {
  return syntax.returns.includes(type) && parts.length === 0;
}

/** What a test says that only fails: `fail("not yet written")`. */
function unwritten(statements: readonly Shape[], profile: Profile): string | null {
  const doing = statements.filter((statement) => !idle(statement, profile));
  const only = doing[0];
  if (only === undefined || doing.length !== 1 || only.text.length > 200) return null;
  if (
    !/^(?:[\w$]+(?:\.|::))*(?:\w*fail\w*|\w*abort\w*|error|flunk|fatalf?|panic!?|todo!?|unimplemented!?|throw\b|raise\b)/i.test(
      only.text,
    )
  )
    return null;
  return markerInMessage(only.text) ?? markerInName(only.text);
}

/** A name compared with itself, in the ways of the usual frameworks. */
const SELF =
  /\bassert\w*[!.]?\w*!?\s*\(?\s*(?:[a-z]\w*\s*,\s*)??([A-Za-z_][\w.]*)\s*(?:,|===?|is(?=\s))\s*\1(?![\w.([])|\b(?:ASSERT|EXPECT|CHECK|REQUIRE)\w*\s*\(\s*([A-Za-z_][\w.]*)\s*(?:,|==)\s*\2\s*\)|\bexpect\(?\s*([A-Za-z_][\w.]*)\s*\)?\.to\w*(?:\.\w+)*[ (]+(?:eq|eql|be|equal)?[ (]*\3(?![\w.([])/g;

/** Tests of equality itself: a thing equals itself is what they show. */
const REFLEXIVE = /equal|\beq|_eq|refl|ident|same|hash|compar|nan|itself|order|clone|copy/i;

/** Sums of two numbers are numbers: `expect(1 + 1).toBe(2)`. */
function folded(code: string): string {
  return code.replace(/(?<=[(,=]\s*)(\d{1,6})\s*([-+*])\s*(\d{1,6})(?=\s*[,)=])/g, (_, left, sign, right) => {
    const [a, b] = [Number(left), Number(right)];
    return String(sign === '+' ? a + b : sign === '-' ? a - b : a * b);
  });
}

/** A local that only ever holds one literal is that literal. */
function withConstants(code: string): string {
  let bare = folded(code);
  const local =
    /(?:^|[;{\n])\s*(?:[\w:<>*&]+\s+)+(\w+)(?:\s*:\s*\w+)?\s*=\s*(true|false|True|False|\d+|"[^"\n]*")\s*(?:;|\n)/g;
  for (const [, name, literal] of code.matchAll(local)) {
    if (name === undefined || literal === undefined) continue;
    const set = new RegExp(
      `(?<![\\w.])${name}\\s*(?:[-+*/|&^]?=(?!=)|\\+\\+|--)|&(?:mut )?${name}\\b|(?:\\+\\+|--)${name}\\b`,
      'g',
    );
    if ((code.match(set) ?? []).length > 1) continue;
    bare = bare.replace(new RegExp(`(?<=[(,]\\s*)${name}(?=\\s*[,)])`, 'g'), literal);
  }
  return bare;
}

/** What makes the subject of a test asserts, if anything, that it could be made. */
const PREPARES = /^(?:new|make|set_?up|open|create|start|init|temp|mk|build)/i;

/** Handed something: `check(x)`, `check! x`, `check x`. */
function isCalled(code: string, name: string): boolean {
  for (let at = indexOfWord(code, name); at !== -1; at = indexOfWord(code, name, at + 1)) {
    if (/^\s*[(! ]/.test(code.slice(at + name.length, at + name.length + 40))) return true;
  }
  return false;
}

function asserting(code: string, profile: Profile, helpers: readonly string[]): boolean {
  if (profile.tests.asserts.test(code)) return true;
  return helpers.some((name) => !PREPARES.test(name) && isCalled(code, name));
}

function flatten(shape: Shape, blocks: readonly string[]): readonly Shape[] {
  if (!blocks.includes(shape.type)) return [shape];
  return shape.parts.flatMap((part) => flatten(part, blocks));
}

function idle(statement: Shape, { syntax, words }: Profile): boolean {
  const text = statement.text.trim();
  if (syntax.empty.includes(statement.type) || words.quiets.test(text)) return true;
  const inner = statement.parts.length === 1 ? statement.parts[0] : undefined;
  if (syntax.returns.includes(statement.type) || words.nothing.test(text)) return inner === undefined;
  return inner !== undefined && syntax.transparent.includes(statement.type) && syntax.strings.includes(inner.type);
}
