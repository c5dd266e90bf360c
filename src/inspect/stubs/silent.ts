/** Bodies without effort that do not say so: what the name and the documentation promise decides. */
import type { Facts } from './facts.js';
import {
  alters,
  asks,
  beginsWithWork,
  claims,
  documented,
  inProgress,
  lifecycle,
  plans,
  promisesTrust,
  promisesWork,
  releases,
  selects,
  speaks,
  tellsOfChange,
  transforms,
} from './promises.js';
import { stub, type Verdict } from './verdict.js';

/** Nothing, dressed up as something by a cast. */
const CAST = /^\(*(?:null|undefined)(?:!|\s+as\s+(?:unknown|any|never)\b)/m;

/** `value is Event`: what a constant yes tells the compiler is not so. */
const TYPE_GUARD = /^:\s*(?:asserts\s+)?\w+\s+is\s/;

/** What is set once for all, whatever it is asked about. */
const SETTINGS =
  /default|option|config|setting|schema|prop|meta|info|style|theme|column|field|header|type|kind|name|rule|param|state|context|support|capabilit|format|dialect|template|describe|help|attr|key|label|class|body|tag|list|choices|serializ|json|dict|map|hash|array|tuple/i;

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;

/** Nothing at all in it. */
export function emptyBody({ found, profile, doc, note, value, unused }: Facts): Verdict | null {
  // A comment in an empty body that is no TODO is its reason; unless it tells what would have to be done.
  if (note.trim() !== '')
    return plans(note) && promisesWork(found.name)
      ? stub('empty-body', 'warning', 'tells in a comment what to do, and does nothing')
      : null;
  const says = profile.returnsNothing(found);
  // Go's named results: a bare return gives back their zero.
  if (says === false && value !== null && found.parameters === '()') return null;
  if (says === false) return stub('empty-body', 'warning', 'promises a result and has no body');
  if (documented(doc) && !releases(found.name)) return stub('empty-body', 'warning', 'is documented and does nothing');
  if (profile.demanded(found) || lifecycle(found.name) || found.asValue()) return null;
  if (unused.length > 0 && promisesWork(found.name))
    return stub('empty-body', 'warning', 'has a name that promises work and does nothing');
  return null;
}

/** Logs, waits and constants. */
export function constantBody(facts: Facts): Verdict | null {
  const { found, profile, deeds, value, doc, note, unused, blind } = facts;
  const logs = deeds.flatMap((deed) => (deed.does === 'log' ? [deed.text] : []));
  const waits = deeds.some((deed) => deed.does === 'wait');
  const works = promisesWork(found.name);
  if (logs.length > 0) {
    const busy = value?.worth === 'yes' && logs.some((text) => inProgress(found.name, text));
    if (speaks(found.name) && !busy) return null;
    // Lists are printed by loops too: there only what is being done is claimed.
    const looped = deeds.some((deed) => deed.does === 'log' && deed.whole !== undefined);
    const messages = logs.flatMap((text) => text.match(QUOTED) ?? []);
    if (looped && !messages.some((text) => inProgress(found.name, text))) {
      const doing = works && value !== null && messages.some((text) => /^\W*\w{3,}ing\b/.test(text));
      return doing ? stub('placeholder-return', 'warning', 'only logs, and reports success') : null;
    }
    const claimed = logs.some((text) => claims(found.name, text));
    const told = logs.some((text) => /["'`]/.test(text)) && (value?.worth === 'yes' || !profile.demanded(found));
    const itself = value?.worth === 'itself' && !documented(doc);
    const result = told && works && unused.length > 0 && value !== null && !itself;
    if (!claimed && !result) return null;
    return stub('placeholder-return', 'warning', 'only logs, and reports success');
  }
  const madeUp = blind && !profile.demanded(found) && ['yes', 'canned', 'text', 'zero'].includes(value?.worth ?? '');
  if (waits) return works || madeUp ? stub('placeholder-return', 'warning', 'only waits, and reports success') : null;
  if (value === null) return null;
  if (value.worth === 'itself') {
    if (profile.demanded(found) || note.trim() !== '') return null;
    if (unused.length > 0 && transforms(found.name) && beginsWithWork(found.name))
      return stub('placeholder-return', 'warning', `gives back itself, and looks at none of ${unused.join(', ')}`);
    const owes = blind && works && documented(doc);
    return owes ? stub('placeholder-return', 'warning', 'gives back itself, and does nothing') : null;
  }
  // A constant with a reason beside it is an answer; but one word to all questions is hardly what a deed promises.
  const answers = !(
    blind &&
    (beginsWithWork(found.name) || plans(note)) &&
    ['text', 'zero', 'canned', 'empty'].includes(value.worth)
  );
  if (note.trim() !== '' && answers) return null;
  const demanded = profile.demanded(found);
  const what = value.worth === 'given' ? 'gives back what it was given' : 'returns a constant';
  const placeholder = (why: string): Verdict => stub('placeholder-return', 'warning', `${what}, ${why}`);
  const ignored = `and looks at none of ${unused.slice(0, 4).join(', ')}`;
  if (CAST.test(deeds.map((deed) => (deed.does === 'give' ? deed.text : '')).join('\n')) && !demanded)
    return placeholder('by a cast');
  if (value.worth === 'given') {
    const changes = transforms(found.name);
    const converts = /^(?:to|into)(?:[A-Z]|_[a-z])/.test(found.name) && !demanded;
    if (converts && unused.length > 0) return placeholder(ignored);
    if (works && (unused.length > 0 || changes)) return placeholder('though its name promises work');
    if (alters(found.name) && documented(doc) && !demanded) return placeholder('though its name promises another');
    if (changes && (documented(doc) || !demanded)) return placeholder('though its name promises another');
    if (tellsOfChange(doc) && !demanded && !selects(found.name))
      return placeholder('though its documentation tells of a change');
    const hidden = profile.parameterNames(found.parameters).some((name) => name.startsWith('_')) && !found.asValue();
    if ((unused.length > 0 || hidden) && documented(doc) && !demanded && !selects(found.name))
      return placeholder(ignored);
    return null;
  }
  if (unused.length === 0) {
    const names = profile.parameterNames(found.parameters).filter((name) => name !== 'self');
    const silenced = names.every((name) => name.startsWith('_'));
    // What a header would hold in one line, were it so: out of its class it is to do something.
    const apart = found.name.includes('::') && names.length === 0 && value.worth === 'empty' && !demanded;
    if (apart && !asks(found.name) && !NONE.test(found.name))
      return placeholder('though it stands apart from its class');
    // A property that is documented and never there: `leader()` gives None.
    const absent = value.worth === 'nothing' && names.length === 0 && profile.returnsNothing(found) === false;
    if (
      absent &&
      found.within !== null &&
      documented(doc) &&
      !demanded &&
      !NONE.test(`${found.name} ${doc}`) &&
      !asks(found.name)
    )
      return placeholder('though its documentation tells of something');
    if (silenced && names.length > 0 && unread(facts, names.length))
      return placeholder('and looks at nothing it is given');
    const said = deeds.flatMap((deed) => (deed.does === 'give' ? [deed.text] : [])).at(-1) ?? '';
    // A new object is what a factory is for; a written-out nothing is not.
    const literal = /^(?:return\s+)?(?:[[{"'`]|(?:List|Set|Map|Optional|Collections)\.\w+\()/.test(said.trim());
    const bare = ['nothing', 'zero', 'no'].includes(value.worth) || literal;
    return works && bare && documented(doc) && !demanded && silenced
      ? placeholder('though its name promises work')
      : null;
  }
  if (value.worth === 'yes' && (promisesTrust(found.name) || TYPE_GUARD.test(found.result)))
    return demanded && unused.length < 2 ? null : placeholder(ignored);
  // To look something up, and not at what is asked for: `async getRate(from, to) { return 1.08; }`.
  const fixed = ['zero', 'text', 'canned', 'empty'].includes(value.worth);
  if (/\basync\b/.test(found.head) && blind && unused.length > 1 && !demanded && fixed && /^get/i.test(found.name))
    return placeholder(ignored);
  // A yes to a question about several things, in words of its own, was to be found out.
  const asked = value.worth === 'yes' && documented(doc) ? 1 : 2;
  if (asks(found.name)) return unused.length > asked && !demanded ? placeholder(ignored) : null;
  // `loop_req_match` is a question as likely as a deed.
  if (value.worth === 'no' && !documented(doc) && !beginsWithWork(found.name)) return null;
  if (works) return demanded && unused.length < 2 && !documented(doc) ? null : placeholder(ignored);
  if (unused.length > 1 && !demanded && value.worth !== 'no') return placeholder(ignored);
  const awaited = /\basync\b/.test(found.head) && blind && !demanded && ['empty', 'canned'].includes(value.worth);
  if (awaited && !selects(found.name)) return placeholder(ignored);
  const own = found.within === null || (value.worth === 'canned' && !SETTINGS.test(found.name));
  const free = own && !demanded;
  if (blind && free && ['empty', 'canned'].includes(value.worth) && !selects(found.name)) return placeholder(ignored);
  if (!demanded && documented(doc) && !['yes', 'no', 'constant'].includes(value.worth)) return placeholder(ignored);
  return null;
}

const NONE =
  /\bno\b|\bnot\b|never|always|optional|empty|error|unsupported|none|null|default|zero|nothing|invalid|unknown|begin|end|dummy/i;

/** Parameters that a function declares and calls unused itself, where nobody prescribes them and its name promises work. */
function unread({ found, profile, value, doc }: Facts, count: number): boolean {
  const worth = value?.worth ?? 'work';
  if (profile.demanded(found) || found.asValue() || selects(found.name)) return false;
  if (promisesTrust(found.name) && count > 1 && (worth === 'yes' || worth === 'nothing')) return true;
  if (!['nothing', 'no', 'zero', 'text', 'empty', 'canned'].includes(worth)) return false;
  if (asks(found.name)) return false;
  return (
    (beginsWithWork(found.name) && (worth === 'canned' || count > 1 || documented(doc))) ||
    (documented(doc) && worth !== 'no') ||
    count > 2
  );
}
