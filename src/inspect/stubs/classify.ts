/** One parsed file to its functions and stubs. Only what text alone finds suspicious is looked at in the tree. */
import type { Tree } from 'web-tree-sitter';
import { judgeBody } from './bodies.js';
import { exemptionOf, exemptions } from './exemptions.js';
import { COUNTED } from './facts.js';
import { bodyHash, type Contents, type Found, functionsIn } from './functions.js';
import type { Grammar } from './grammar.js';
import { failingHelpers, markedConstants } from './known.js';
import { markerInMessage, mayHoldMarker } from './markers.js';
import { type Branch, endsIn, suspectOffsets, unimplementedBranch } from './partial.js';
import type { Profile } from './profile.js';
import type { SourceFunction, Stub } from './report.js';
import { shapeOf } from './shape.js';
import { judgeTest } from './tests.js';
import type { Value } from './values.js';
import { quoted, stub, type Verdict } from './verdict.js';

/** Longer bodies do something; what may be missing in them is a branch. In characters, without comments. */
const LONG = 700;

/** Tests beside the code, in Rust. */
const TEST_MODULE = /#\[\s*cfg\s*\(\s*(?:all\s*\(\s*)?test\b/;

export function classify(
  profile: Profile,
  grammar: Grammar,
  file: string,
  source: string,
  tree: Tree,
): { functions: readonly SourceFunction[]; stubs: readonly Stub[] } {
  const root = tree.rootNode;
  const { files, frameworks } = profile.tests;
  const testFile = files.test(file) || (frameworks?.test(source.slice(0, 4000)) ?? false);
  const query = testFile && profile.testQuery !== undefined ? profile.query + profile.testQuery : profile.query;
  const contents = functionsIn(profile, file, source, grammar.query(query).matches(root));
  const bodies = new Map<Found, string>();
  const tests = new Set(
    contents.functions.filter(
      (found) => isTest(found, profile, testFile) && !nested(found, contents.functions, profile),
    ),
  );
  const helpers = helpersIn(contents, tests, profile, source, testFile);
  const known = markedConstants(source, contents.functions, profile);
  const inTests = (found: Found): boolean => testFile || found.parents.some((parent) => TEST_MODULE.test(parent.head));
  const verdicts = new Map<Found, Verdict>();
  const working = new Set<Found>();
  for (const found of contents.functions) {
    bodies.set(found, bodyHash(found));
    const verdict = tests.has(found)
      ? judgeTest(
          found,
          profile,
          found.body !== null && found.code.length <= 4000 ? shapeOf(found.body, source, 1500) : null,
          helpers,
        )
      : judged(found, contents.functions, profile, source, inTests(found), known);
    if (verdict === 'work') working.add(found);
    else if (verdict !== null) verdicts.set(found, verdict);
  }
  for (const [helper, value] of failingHelpers(contents.functions, verdicts, profile)) {
    verdicts.delete(helper);
    for (const found of working) {
      if (!found.code.includes(helper.name)) continue;
      const verdict = judged(
        found,
        contents.functions,
        profile,
        source,
        inTests(found),
        new Map([...known, [helper.name, value]]),
      );
      if (verdict !== null && verdict !== 'work') verdicts.set(found, verdict);
    }
  }
  for (const [found, verdict] of partials(contents, working, profile, root, source)) verdicts.set(found, verdict);
  dropAbstractBases(contents, verdicts);
  dropAdapters(contents, verdicts);

  const reasons = exemptions(contents.comments);
  return {
    functions: contents.functions.map((found) => ({
      symbol: found.symbol,
      line: found.line,
      endLine: found.endLine,
      test: tests.has(found),
      body: bodies.get(found) ?? '',
    })),
    stubs: [...verdicts].map(([found, { kind, severity, message }]) => ({
      file,
      symbol: found.symbol,
      line: found.line,
      endLine: found.endLine,
      kind,
      severity,
      message: message.replace(/\s+/g, ' '),
      exempt: exemptionOf(reasons, found.line - found.doc.split('\n').length, found.endLine),
      body: bodies.get(found) ?? '',
    })),
  };
}

/** A test within a function is what another test runs: a subject, not one of this file's own. */
function nested(found: Found, functions: readonly Found[], profile: Profile): boolean {
  if (found.callee !== '' && profile.tests.subtests) return false;
  return functions.some(
    (outer) =>
      outer.start < found.start &&
      outer.end >= found.end &&
      (found.callee === '' || (outer.callee === '' && profile.tests.isTest(outer, true))),
  );
}

function isTest(found: Found, profile: Profile, testFile: boolean): boolean {
  return found.callee !== '' || profile.tests.isTest(found, testFile);
}

/** Functions and macros of the file that assert, by their bare names. */
function helpersIn(
  { functions }: Contents,
  tests: ReadonlySet<Found>,
  profile: Profile,
  source: string,
  testFile: boolean,
): readonly string[] {
  if (tests.size === 0) return [];
  const { asserts, inside } = profile.tests;
  // Where tests stand beside the code, the code's own checks are not theirs.
  const beside = (found: Found): boolean =>
    testFile || inside === undefined || found.parents.some((parent) => inside.test(parent.head));
  const macros = [...source.matchAll(MACRO)].filter((found) => asserts.test(found[2] ?? ''));
  return functions
    .filter(
      (found) =>
        !tests.has(found) &&
        beside(found) &&
        found.code.length < 20_000 &&
        asserts.test(found.code.replace(PASSES_ON, '')),
    )
    .map(({ name }) => name)
    .concat(macros.map((found) => found[1] ?? ''));
}

/** What a helper does for its own sake, and not to test: it hands errors on. */
const PASSES_ON = /\.(?:unwrap|expect)\([^()]*\)|\?(?=\s*[;.)])/g;

/** The name and the text of a macro, up to the line where it may end. */
const MACRO = /^[^\S\n]*(?:macro_rules!\s*|#\s*define\s+)(\w+)((?:[^\n]*\n){1,12}?)(?=[^\S\n]*(?:\}\s*)?\n|\})/gm;

/** Less the comments of named functions within, which are looked at by themselves. */
function withOwnComments(found: Found, functions: readonly Found[]): Found {
  if (found.comments.length === 0) return found;
  // They are in order of their start.
  const inner: Found[] = [];
  for (let at = functions.indexOf(found) + 1; at < functions.length; at += 1) {
    const other = functions[at];
    if (other === undefined || other.start >= found.end) break;
    if (other.start > found.start && other.end < found.end) inner.push(other);
  }
  if (inner.length === 0) return found;
  const own = found.comments.filter(({ start }) => !inner.some((each) => start >= each.start && start < each.end));
  return { ...found, comments: own };
}

function judged(
  found: Found,
  functions: readonly Found[],
  profile: Profile,
  source: string,
  testFile: boolean,
  known: ReadonlyMap<string, Value>,
): Verdict | 'work' | null {
  const inTests = testFile || found.parents.some((parent) => profile.tests.inside?.test(parent.head));
  if (found.code.length > LONG) return 'work';
  const texts = `${found.code}${found.doc}${found.comments.map(({ text }) => text).join('')}`;
  if (!mayHoldMarker(texts) && busy(withoutTelling(found.code).replace(TEXTS, ''))) return 'work';
  const empty = { type: profile.syntax.blocks[0] ?? '', text: '', start: found.end, parts: [] };
  const shape = found.body === null ? empty : shapeOf(found.body, source);
  return shape === null
    ? 'work'
    : judgeBody({ found: withOwnComments(found, functions), profile, shape, inTests, known });
}

/** Documentation inside a body, and strings: prose has its "for" and "if" too. */
const TEXTS = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"/g;

/** A loop over which something says what it is doing may do nothing else. */
function withoutTelling(code: string): string {
  const bare = code.replace(COUNTED, '').replace(/\byield (?=["'`\d{[])/g, '');
  return /\bfor\b/.test(bare) && /["'`][^"'`\n]*ing\b/.test(bare) ? bare.replace(/\bfor\b[^\n{]*/g, '') : bare;
}

/** Loops, branches and assignments are effort; without a marker there is nothing more to ask. */
function busy(code: string): boolean {
  return /[-+*/|&^%]=|\b(?:for|while|switch|yield|try|unless|until|elif|else)\b|(?:self|this)(?:\.|->)\w+ = |\bif\b|\+\+|--\w/.test(
    code,
  );
}

function* partials(
  { functions, comments }: Contents,
  working: ReadonlySet<Found>,
  profile: Profile,
  root: Tree['rootNode'],
  source: string,
): Generator<[Found, Verdict]> {
  if (working.size === 0) return;
  for (const offset of suspectOffsets(source)) {
    if (comments.some((comment) => offset >= comment.start && offset < comment.end)) continue;
    const found = functions.findLast((each) => offset >= each.start && offset < each.end);
    if (found === undefined || !working.has(found)) continue;
    const branch = unimplementedBranch(root, offset, found, profile, source);
    if (branch !== null) yield [found, verdictOn(branch, found, profile)];
  }
}

function verdictOn(branch: Branch, found: Found, profile: Profile): Verdict {
  const words = quoted(branch.marker);
  // What only some platforms compile may well fail there, after a look at its arguments.
  const elsewhere = found.conditional || found.platformFile || found.alternative;
  if (elsewhere || !endsIn(branch, found, profile))
    return stub('partial', 'warning', `has a branch that says ${words}`);
  const byNameAlone = /NotImplementedError/.test(branch.node.text) && markerInMessage(branch.node.text) === null;
  return { ...stub('not-implemented', 'error', `always ends with ${words}`), ...(byNameAlone && { byNameAlone }) };
}

/** A class of nothing but empty methods is an adapter, a listener to be extended. */
function dropAdapters({ functions, containers }: Contents, verdicts: Map<Found, Verdict>): void {
  for (const container of containers) {
    const own = functions.filter(
      (found) => found.within === container && !/^(?:__init__|initialize|constructor)$/.test(found.name),
    );
    const empty = own.filter((found) => {
      const verdict = verdicts.get(found);
      return verdict?.kind === 'empty-body' && verdict.severity === 'warning';
    });
    if (empty.length > 2 && own.every((found) => empty.includes(found) || found.code.length < 12)) {
      for (const found of empty) verdicts.delete(found);
    }
  }
}

/**
 * A class that others of the file extend, or most of whose methods fail in the same words, is there to be extended:
 * its bare errors are its interface. A message that says "yet" or "TODO" is still one.
 */
function dropAbstractBases({ functions, containers }: Contents, verdicts: Map<Found, Verdict>): void {
  for (const container of containers) {
    const own = functions.filter((found) => found.within === container);
    const failing = own.filter((found) => verdicts.get(found)?.byNameAlone === true);
    if (failing.length === 0) continue;
    const extended = containers.some(
      (other) => other !== container && new RegExp(`\\b${container.name}\\b`).test(other.bases),
    );
    const says = /\babstract\b|\bbase class\b|\binterface\b|sub-?class|mixin|\boverrid(?:e|es|den|ing|able)\b/i.test(
      container.head,
    );
    const named = /^_*(?:Abstract|Base|I[A-Z])|(?:Base|Abstract|Interface|Mixin|Protocol)$/.test(container.name);
    const built = own.some((found) => /^(?:__init__|initialize|constructor)$/.test(found.name));
    for (const found of failing) {
      const verdict = verdicts.get(found);
      if (verdict === undefined) continue;
      if (extended || says || named) verdicts.delete(found);
      else if (failing.length > 1 || !built || called(found, own) || /^__\w+__$/.test(found.name))
        verdicts.set(found, { ...verdict, severity: 'warning' });
    }
  }
}

/** A protected method that its own class calls: the gap of a template method, as often as a stub. */
function called(found: Found, own: readonly Found[]): boolean {
  const call = new RegExp(`(?:self|cls|this|@)\\.${found.name.replace(/\W/g, '\\$&')}\\b`);
  return found.name.startsWith('_') && own.some((other) => other !== found && call.test(other.code));
}
