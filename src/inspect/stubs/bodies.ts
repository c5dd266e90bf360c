/** Whether a function's body is a stub: what it does, what it says of itself, and what its name promises. */
import { docstringOf, type Facts, factsOf, type Looked, ownersOf } from './facts.js';
import {
  deliberate,
  forNow,
  markerInComment,
  markerInMessage,
  notTheCheck,
  notTheDeed,
  pretence,
  strongPretence,
} from './markers.js';
import { isHook, isNullObject, promisesTrust, transforms } from './promises.js';
import { constantBody, emptyBody } from './silent.js';
import { loggedMarker } from './statements.js';
import { quoted, stub, type Verdict } from './verdict.js';

/** Left to others: the message or the documentation says that a derived class fills it. */
const FOR_OTHERS =
  /\b(?:sub-?class(?:es)?|derived class(?:es)?|overrid(?:e|es|den|ing|able)|implement(?:ed|ing)? (?:in|by)|(?:must|should|may|can|could|has to|have to|need to|needs to) (?:be )?(?:implement|define|provide|overrid)\w*|abstract|interface|implement this (?:method|function|one)?|(?:this|called) (?:method )?(?:should|must|is|to be) implemented|children|descendants?|implementors?|implementers?|mixins?)\b/i;

/** A name that says what it is for: the place where a program says "not implemented". */
const NAMES_IT =
  /un_?implemented|not_?(?:yet_?)?impl|un_?supported|not_?supported|not_?available|todo|stub|abstract|enosys/i;

/** A message that names the class of the object at hand: it is that class that should have filled it. */
const OWN_CLASS =
  /\btype\(self\)|\bself\.__class__|\bself\.class\b|\bthis\.constructor\b|\bgetClass\(\)|\bGetType\(\)|\bnew\.target\b|typeid\(\*this/;

/** A message that sends the caller somewhere else. */
const ELSEWHERE =
  /\buse (?:the |an? )?[\w.]+|\binstead\b|\bplease\b|\bapply\b|\b(?:for|by|on|in|with) (?:this|the (?:base|current)) |\bplatform|\bcannot be\b/i;

/** A method of HTTP itself that a server refuses: `TRACE is not implemented`. What one of its routes lacks is a stub. */
const REFUSES =
  /["'`](?:[^"'`\n]*\s)?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|[Mm]ethods?|[Vv]erbs?)\s(?!\/)[^"'`\n]*["'`]/;
const HTTP = /\b501\b|\bStatusNotImplemented\b|\bHttp_?Status\w*\.not_?implemented/i;

/** Types that stand for there being none: `NoClientAuth`, `InvalidCipher`; what they lack is never asked for. */
const NOBODY = /^(?:No|Invalid|Never|Null|Fake|Mock|Dummy)[A-Z]/;

/** Null: no stub. `work`: a body that does something, in which a branch may still be missing. */
export function judgeBody(looked: Looked): Verdict | 'work' | null {
  const facts = factsOf(looked);
  if (looked.profile.abstract(looked.found)) return null;
  const marked = markedBody(facts);
  if (marked !== undefined) return marked;
  const { deeds, value } = facts;
  if (deeds.some((deed) => deed.does === 'work') || value?.worth === 'work') return pretendingWork(facts) ?? 'work';
  if (deeds.some((deed) => deed.does === 'fail') || value?.worth === 'failure') return failingBody(facts);
  const admitted = admittedBody(facts);
  if (admitted !== null) return admitted;
  if (facts.inTests || looked.profile.constructors(looked.found)) return null;
  if (isHook(looked.found.name) || looked.profile.hook?.(looked.found) || ownersOf(looked.found).some(isNullObject))
    return null;
  if (looked.found.alternative || deliberate(`${facts.doc}\n${facts.note}`)) return null;
  if (deeds.every((deed) => deed.does === 'nothing' || (deed.does === 'give' && deed.text === '')))
    return emptyBody(facts);
  return constantBody(facts);
}

/** Things to do that are not the work itself. */
const CHORE =
  /\b(?:TODO|FIXME|XXX)\b\W+(?:\w+\W+)?(?:(?:deprecate|document|revisit|consider|better|improve|optimi[sz]e|maybe|perhaps|investigate|should (?:we|this|it)|can (?:we|this|it)|do we|why|cache|nicer|faster|cleaner)\b|(?:remove|rename|drop|delete)(?:\W+(?:this|it|me|in|when|once|after|before|at|with|method|function|class|hook)\b|\W*$))/im;

/** Not implemented, by its own word in code: thrown, returned, logged. Undefined: it does not say so. */
function markedBody({ found, profile, deeds, value, doc, note, inTests }: Facts): Verdict | null | undefined {
  const at = deeds.findIndex((deed) => deed.does === 'work' || (deed.does === 'fail' && deed.marker !== null));
  const first = deeds[at];
  const failing = first?.does === 'fail' ? first : null;
  const logged = first === undefined && value?.worth !== 'work' ? loggedMarker(deeds) : null;
  const given = first === undefined && value?.marker != null && value.worth !== 'work' ? value.marker : null;
  const marker = failing?.marker ?? given ?? logged;
  if (marker === null || marker === undefined) return undefined;
  if (NAMES_IT.test(found.name) || ownersOf(found).some((owner) => NAMES_IT.test(owner))) return null;
  if (failing !== null && OWN_CLASS.test(failing.text) && !/\byet\b|todo/i.test(failing.text)) return null;
  if (REFUSES.test(found.code) && HTTP.test(found.code)) return null;
  const nobody = ownersOf(found).some((owner) => NOBODY.test(owner));
  if (FOR_OTHERS.test(`${failing?.text ?? ''}\n${doc}\n${note}`)) return null;
  if (inTests && !/todo|fixme/i.test(marker)) return null;
  // A text that is returned may be the point of the function; a platform may really not have it.
  if (given !== null && value?.worth === 'text' && profile.parameterNames(found.parameters).length === 0)
    return undefined;
  if (found.platformFile && !/ENOSYS|NOT_?SUP|UNSUPPORTED/i.test(marker))
    return stub('not-implemented', 'warning', `says ${quoted(marker)}`);
  if (found.conditional)
    return /todo|fixme|yet/i.test(marker) ? stub('not-implemented', 'warning', `says ${quoted(marker)}`) : null;
  const how = failing !== null ? 'does nothing but fail with' : logged !== null ? 'does nothing but say' : 'returns';
  const message = `${how} ${quoted(marker)}`;
  if (nobody) return stub('not-implemented', 'warning', message);
  // What goes on to name another way, or whom it does not serve, tells of an operation that there cannot be.
  if (failing !== null && ELSEWHERE.test(failing.text) && !/\byet\b|todo/i.test(failing.text))
    return stub('not-implemented', 'warning', message);
  if (failing === null || !/NotImplementedError/.test(failing.text) || markerInMessage(wordsIn(failing.text)) !== null)
    return stub('not-implemented', 'error', message);
  // An error of that name which gives another reason is an operation that there cannot be, as often as a stub.
  const explained = wordsIn(failing.text).trim().split(/\s+/).length > 2;
  return { ...stub('not-implemented', explained ? 'warning' : 'error', message), byNameAlone: true };
}

/** What stands in the strings of an expression. */
function wordsIn(text: string): string {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g)].map((part) => part[1] ?? part[2]).join(' ');
}

/** A failure without a word of its own, which a comment explains: `abort(); // not implemented`. */
function failingBody(facts: Facts): Verdict | null {
  const { found, doc, note, inTests } = facts;
  if (inTests || found.conditional || NAMES_IT.test(found.name) || FOR_OTHERS.test(`${doc}\n${note}`)) return null;
  // Of a documentation only its bare word: prose may well speak of what others have not implemented.
  const marker = markerInComment(note) ?? (doc.length < 60 ? markerInComment(doc) : null);
  if (marker === null) return refusal(facts);
  const certain = /impl|\bNYI\b|yet/i.test(marker);
  return stub('not-implemented', certain ? 'error' : 'warning', `does nothing but fail, under ${quoted(marker)}`);
}

/** Answers of an operation that there cannot be, or that must not be reached. */
const ANSWER =
  /unreach|\b(?:should|must|can|may|could|will|does|do|is|are|was)(?:n't| ?not| never)\b|\bnever\b|\bno\b|invalid|illegal|bad|unsupported|unknown|unexpected|denied|forbidden|read.?only|immutable|removed|deprecated|disabled|overflow|out of|use /i;
const FAILS = /^(?:fail|throw|raise|error|panic|abort|die|crash|exit|reject|usage|assert|quit|fatal|bug)/i;

/** An assertion of nothing but words, where work is promised and nothing is looked at: `assert(false && "spilling")`. */
function refusal({ found, profile, deeds, unused, blind, doc }: Facts): Verdict | null {
  const text = deeds.flatMap((deed) => (deed.does === 'fail' ? [deed.text] : []))[0] ?? '';
  if (!/^assert\w*\s*[!(]/i.test(text) || wordsIn(text) === '' || ANSWER.test(`${text}\n${doc}`)) return null;
  if (!(blind || unused.length > 1) || FAILS.test(found.name)) return null;
  if (profile.demanded(found)) return null;
  return stub('not-implemented', 'warning', `does nothing but fail with ${quoted(wordsIn(text))}`);
}

/** A result made of more than nothing: what is to be done may be a better one. */
const reads = ({ value, unused }: Facts): boolean =>
  unused.length === 0 && ['given', 'constant', 'canned'].includes(value?.worth ?? '');

/** Comments or texts that admit it, in a body without effort. */
function admittedBody(facts: Facts): Verdict | null {
  const { note, doc, deeds, value, found, inTests } = facts;
  const isEmpty = value === null || value.worth === 'nothing';
  const todo = markerInComment(note) ?? /^\W*(?:TODO|FIXME|TBD)\b/.exec(docstringOf(found))?.[0] ?? null;
  if (
    todo !== null &&
    !CHORE.test(note) &&
    (value?.worth !== 'itself' || facts.unused.length > 0) &&
    !((deliberate(note) || FOR_OTHERS.test(note)) && !/todo|fixme|implement/i.test(todo))
  )
    return stub(
      'todo-only',
      found.conditional || inTests || reads(facts) || value?.worth === 'constant' || /xxx/i.test(todo)
        ? 'warning'
        : 'error',
      `does nothing but say ${quoted(todo)}`,
    );
  if (inTests || ownersOf(found).some(isNullObject) || NAMES_IT.test(found.name)) return null;
  const kind = isEmpty && !deeds.some((deed) => deed.does === 'log') ? 'empty-body' : 'placeholder-return';
  const pretends = pretence(note);
  if (pretends !== null && !deliberate(note)) {
    return stub(
      kind,
      kind !== 'empty-body' && !found.conditional && strongPretence(note) ? 'error' : 'warning',
      `stands in for the real thing: ${quoted(pretends)}`,
    );
  }
  const texts = deeds.flatMap((deed) => (deed.does === 'give' || deed.does === 'log' ? [deed.text] : [])).join('\n');
  const owes = facts.unused.length > 0 || value?.worth === 'canned';
  const admits = owes ? (strongPretence(doc) ?? strongPretence(texts)) : null;
  if (admits !== null && !isHook(found.name) && !strongPretence(found.name))
    return stub(kind, 'warning', `stands in for the real thing: ${quoted(admits)}`);
  return null;
}

/** One line of work under a comment that calls it a placeholder, or code that leaves its parameters alone and says so. */
function pretendingWork({ note, deeds, inTests, found, unused }: Facts): Verdict | null {
  const deedCount = deeds.filter((deed) => deed.does !== 'nothing' && deed.does !== 'wait').length;
  if (inTests || deedCount > 5) return null;
  if (NAMES_IT.test(found.name)) return null;
  const opening =
    /^[\s/*#"'!-]*(?:(?:this is |just |only |only a |a |an |simple |temporary |TODO:? ?)*(?:not (?:a |an |the )?(?:real|actual|proper)\b|replace (?:this |it |me )?(?:with|by)\b|swap in\b|made[- ]up\b|invented\b|guess(?:ed)?\b|placeholder|stub(?:bed)?|dummy|mock(?:ed)?|fake|simulat\w+|pretend|hard-?coded|canned|simplified|simplistic|naive)\b|(?:generate|create|make|return|use|give)s? (?:some |a |an )?(?:sample|mock|fake|dummy|random|canned|demo|hard-?coded|made-?up) (?:data|values?|rows?|results?|responses?|records?|items?|numbers?|entries)\b)/i;
  const weaker = (): string | null =>
    (deedCount <= 1 && promisesTrust(found.name) ? notTheCheck(note, unused.length > 0) : null) ??
    (deedCount <= 2 ? forNow(note) : null) ??
    (deedCount <= 2 && transforms(found.name) ? notTheDeed(note) : null) ??
    (unused.length > 0 && deedCount <= 2 ? (strongPretence(note) ?? markerInComment(note)) : null);
  const admits = opening.exec(note)?.[0] ?? (isHook(found.name) ? null : weaker());
  if (admits === null) return null;
  // To simulate may be the work itself, where numbers go on from step to step.
  const simulates = ownersOf(found).some((owner) => /simulat|mock|fake/i.test(owner));
  if (/simulat/i.test(admits) && (simulates || /[-+*/%]=|\b(?:for|while)\b/.test(found.code))) return null;
  return stub(
    'placeholder-return',
    'warning',
    `stands in for the real thing: ${quoted(admits.replace(/^[\s/*#-]+/, ''))}`,
  );
}
