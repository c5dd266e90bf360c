/** What a name and a documentation promise: work, or a mere property. */
import { deliberate } from './markers.js';

const VERBS = new Set(
  `abort accept acquire add aggregate align allocate analyze analyse append apply approve archive assemble assign attach
  audit authenticate authorize authorise backup balance bind block book broadcast build bundle calculate calc call cancel
  capture cast change charge check checkout clamp classify clean cleanse clear clone close cluster collapse collect
  combine commit compact compare compile complete compose compress compute concat configure confirm connect consume
  convert copy count crawl create crop debit decode decompress decrypt dedupe deduplicate deflate delete deliver delta
  deploy derive deserialize describe destroy detect determine diff digest disable disconnect discover dispatch distance
  distribute divide download draw drain drop dump duplicate edit eject elect emit enable encode encrypt enqueue
  enrich ensure enumerate escape estimate eval evaluate evict exchange execute exec expand expire export extract
  factor fetch fill filter find finalize fit fix flatten flush fold forecast forward format free freeze fsync generate
  group grow handle hash hydrate import index infer inflate insert inspect install instantiate interpolate
  intersect invalidate invert invoke issue join kill layout lint link list listen load locate lock lookup lower map
  mark match measure merge migrate minify mix mount move multiply negotiate normalize normalise notify
  obfuscate open optimize optimise order pack paint parse partition patch pay persist ping plan plot poll pop post
  predict prepare prepend print prioritize process produce project promote protect prune publish pull purge push put
  quantize query standardize standardise rectify segment infer contains intersects overlaps collides queue quote rank read rebalance rebuild recalculate receive recommend reconcile reconnect record recover
  redact redeem redo reduce refresh refund register reindex reject release reload remove render renew reopen reorder
  repair replace replay replicate report request reschedule reset resize resolve restart restore resume retrieve retry
  revert reverse revoke rewrite roll rollback rotate route run sample sanitize sanitise save scale scan schedule score
  scrub seal search seek select send serialize serve settle shard share shift shorten shrink shuffle sign
  simplify slice snapshot solve sort spawn split spool stage start stem step stop store stream strip submit subscribe
  subtract sum summarize summarise swap sync synchronize tag tail test tokenize tokenise top train transcode transfer
  transform translate transpose traverse trim truncate unlock unpack unregister unsubscribe untar unzip update upgrade
  upload upsert validate verify vote wait walk warm watch withdraw wrap write zip sentiment similarity checksum email transliterate romanize
  adjust amend animate annotate antialias blend bake bisect blur brighten calibrate categorize categorise colorize
  compensate concatenate condense consolidate correlate darken debounce decline decompose deduct deduce demote dilate
  embed enforce enlarge enroll equalize erode escalate extrapolate fuse gather geocode hyphenate impersonate increment
  interleave iterate lighten localize memoize mend monitor navigate paginate permute pivot populate
  propagate provision punish rasterize rearrange rebuild recharge reconstruct regress reimburse relocate rescale reshape
  reshuffle reverse retry rewind saturate scrape sharpen smooth splice squash stabilize stitch suggest
  suppress throttle tint transpose triangulate tune unfold unload upscale vectorize weave weigh zoom
  activate appraise arrange assess attest backfill ban unban bootstrap borrow buy coalesce crunch curate deactivate decipher
  defragment demangle deposit dial disburse discount encipher evacuate exclude expunge forward halve harvest hoist inject
  inline instrument invite invoice launch lend liquidate mangle marshal mint mutate narrow obliterate onboard overlay
  paraphrase perturb pickle prefetch preload preview probe purchase quarantine reap rebase recompute reformat regenerate
  rehash relabel relay remap remind renumber reparent requeue resend reserve respond resubmit resync retire retract retrain
  scatter seed sell shelve shred sift sketch squeeze stash stow subdivide substitute sweep synthesize tabulate tally
  terminate toggle transact transmit transplant triage trigger uninstall unlink unmarshal unmount unpublish unreserve
  abbreviate highlight humanize shorten spellcheck unwind vacuum warp whiten widen wipe withhold yank`
    .split(/\s+/)
    .filter(Boolean),
);

/** Those that only ask, and whose honest answer may be a constant: a `supports(x)` that is false. */
const QUESTIONS = /^(?:is|has|supports?|needs?|requires?|wants?|should|uses?|allows?|accepts?|get|default|max|min)$/;

/** Questions of trust: a constant yes is never an honest answer to two things that it does not look at. */
const TRUST =
  /^(?:can|may|valid|verify|verified|validate|authoriz\w*|authoris\w*|authentic\w*|permit\w*|allow(?:s|ed)?|grants?|check|trusted|eligible|matches|equals|contains|roles?|permissions?|access|privileges?|admin|entitled|safe|licensed|satisf(?:y|ies|ied)|fulfil\w*|conforms|complies|qualif(?:y|ies|ied)|meets|role|privileged?|signature|overlaps|intersects|collides|belongs)$/;

/** Called by a framework at a moment of its choosing: doing nothing then is an answer. */
const HOOK_FIRST =
  /^(?:on|before|after|pre|post|will|did|handle|visit|enter|leave|exit|setup|teardown|hook|callback|noop|null|nop|ignore|discard|dummy|mock|fake|stub|default|unused|reserved|init|fini|deinit|dispose|finalize|begin|end|mouse|key|window|component|ng)$/;
/** Alone they are verbs or things of their own: `post(entry)`. */
const HALF_HOOK = /^(?:post|pre|will|did|key|mouse|window|component|ng|handle|default)$/;
const HOOK_WHOLE = /^(?:set_?up|tear_?down|no_?op)(?:[_A-Z]|$)/i;
/** Anywhere in a name: what answers always the same, or gives back what it gets, by its very name. */
const HOOK_ANY = /^(?:identity|always|never|noop|nop|passthrough|null|nothing)$/;
const HOOK_LAST = /^(?:hook|noop|nop|op|listener|callback|handler|cb|observer)$/;

/** Words of a type's name that say it does nothing of its own; whole ones, since a `Database` is no `base`. */
const NULL_OBJECT =
  /^(?:null|nil|noop|nop|dummy|fake|mock|stub|stubs|empty|void|silent|blackhole|disabled|unsupported|unimplemented|base|abstract|identity|passthrough|marker|always|never|none|nothing|unit)$/;
const NULL_PAIR =
  /no_?op|not_?implemented|pass_?thru|pass_?through|black_?hole|(?:mouse|key|window|focus|listener|visitor|event|handler|callback|observer)_?adapter/i;

/** Without its owners, as C++ writes them outside a class: `Archive::append`. */
const bare = (name: string): string => name.slice(name.lastIndexOf('::') + 1 || 0).replace(/^:/, '');

/** `parseHTTPHeader_v2` → parse, http, header, v2. */
export function wordsOf(name: string): readonly string[] {
  const known = split.get(name);
  if (known !== undefined) return known;
  const words = bare(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word.toLowerCase());
  // The same few names are asked about again and again.
  if (split.size > 5000) split.clear();
  split.set(name, words);
  return words;
}
const split = new Map<string, readonly string[]>();

/** Made verbs: `canonicalize`, `stringify`, `interpolate`; not `certificate` and other nouns. */
const VERB_ENDS =
  /^(?!template|certificate|coordinate|delegate|candidate|affiliate|associate|syndicate|predicate|duplicate|expertise|enterprise|exercise|promise|otherwise|noise|precise|concise|likewise)\w{3,}(?:ify|i[sz]e|erate|ulate|slate|inate|ilate|iate|olate|icate|ocate|idate|ivate)$/;

/** What is named after a deed and is none: `multi_insert_sql_strategy`, `commit_transaction_sql`. */
const THINGS = /^(?:sql|strategy|support|namespace|symbol|class|type|mode|method|default)$/;

/** Whether the name begins with a verb (`sendMail`), or in a language with prefixes holds one (`mail_send`). */
export function promisesWork(name: string): boolean {
  const words = wordsOf(name);
  const first = words[0];
  if (first === undefined || QUESTIONS.test(first) || name.endsWith('?')) return false;
  if (words.length > 2 && THINGS.test(words.at(-1) ?? '')) return false;
  if (VERBS.has(first) || VERB_ENDS.test(first)) return true;
  return name.includes('_') && words.slice(1).some((word) => VERBS.has(word));
}

/** As above, but by its first word alone. */
export const beginsWithWork = (name: string): boolean => VERBS.has(wordsOf(name)[0] ?? '');

export function promisesTrust(name: string): boolean {
  return wordsOf(name).some((word) => TRUST.test(word));
}

export const asks = (name: string): boolean => name.endsWith('?') || QUESTIONS.test(wordsOf(name)[0] ?? '');

/** Whether a documentation says what it does, in a sentence of its own, and gives no reason for doing nothing. */
export function documented(doc: string): boolean {
  if (deliberate(doc)) return false;
  const text = doc.replace(/[^A-Za-z'.]+/g, ' ').trim();
  return text.split(' ').length >= 3;
}

export function isHook(name: string): boolean {
  const words = wordsOf(name);
  if (words.length === 1 && HALF_HOOK.test(words[0] ?? '')) return false;
  return (
    HOOK_WHOLE.test(name.replace(/^_+/, '')) ||
    HOOK_FIRST.test(words[0] ?? '') ||
    HOOK_LAST.test(words.at(-1) ?? '') ||
    words.some((word) => HOOK_ANY.test(word))
  );
}
/** `NoCache` is what stands where there is none; `NoSqlStore` is a store. */
const NO_THING = /^_*No(?!Sql|SQL|Code|Wait|Lock|Copy|Alloc)[A-Z]\w/;
export const isNullObject = (container: string): boolean =>
  NULL_PAIR.test(container) ||
  NO_THING.test(bare(container)) ||
  wordsOf(container).some((word) => NULL_OBJECT.test(word));

/** An order to oneself: a comment that begins with a verb in its bare form, and gives no reason. */
export function plans(note: string): boolean {
  const words = note.match(/[A-Za-z']+/g) ?? [];
  const first = (words[0] ?? '').toLowerCase();
  if (/\b(?:is|are|gets?|will be|should be|to be) \w+(?:ed|en|t) here\b/i.test(note)) return !deliberate(note);
  return (
    words.length > 2 &&
    !deliberate(note) &&
    (VERBS.has(first) || /^(?:create|recreate|make|set|go|do|mark)$/.test(first))
  );
}

/** The beginning of a verb, as far as its forms share it: apply, applying, applied → appl. */
const stem = (word: string): string =>
  word.slice(0, Math.max(3, word.length - (word.endsWith('e') || word.endsWith('y') ? 1 : 0)));

/** Whether a log line claims that what the name promises is being or was done: `rollback`, "Rolling back". */
export function claims(name: string, message: string): boolean {
  const said = message.toLowerCase();
  return wordsOf(name).some((word) => word.length > 2 && VERBS.has(word) && said.includes(stem(word)));
}

/** Whether a log line says that it is just being done: `print`, "Printing 3 labels". */
export function inProgress(name: string, message: string): boolean {
  const said = message.toLowerCase();
  return wordsOf(name).some(
    (word) => word.length > 2 && VERBS.has(word) && new RegExp(`${stem(word)}\\w{0,2}ing`).test(said),
  );
}

/** Verbs of beginning and ending: often there is nothing to begin or to end. */
const LIFECYCLE =
  /^(?:close|flush|start|stop|reset|dispose|shutdown|release|destroy|open|init|free|finish|cancel|clear|refresh|update|clean|cleanup|abort|wait|lock|unlock|enable|disable|attach|detach|connect|disconnect|install|log|trace|debug|print|emit|ping|poll|run|accept)$/;
export const lifecycle = (name: string): boolean => wordsOf(name).some((word) => LIFECYCLE.test(word));

/** What gives memory back, where an arena, a collector or an owner may do it instead. */
const RELEASES = /^(?:free|dealloc\w*|release|unref|retain|ref)$/;
export const releases = (name: string): boolean => wordsOf(name).some((word) => RELEASES.test(word));

/** Names of functions whose work it is to say something. */
const SPEAKS =
  /^(?:log|logs|logger|print|prints|println|show|dump|usage|help|warn|warning|info|debug|trace|error|echo|display|announce|greet|say|hello|report|banner|version|complain|perror|puts|output|tell|describe|notice|main|alert)$/;
export const speaks = (name: string): boolean => wordsOf(name).some((word) => SPEAKS.test(word));

/** Verbs whose result differs from what goes in. */
const TRANSFORMS =
  /^(?:encrypt|decrypt|compress|decompress|normali[sz]e|saniti[sz]e|escape|unescape|encode|decode|hash|sign|sort|dedupe|deduplicate|optimi[sz]e|minify|translate|transpose|invert|reverse|rotate|scale|resize|crop|redact|anonymi[sz]e|obfuscate|simplify|deflate|inflate|trim|strip|shuffle|tokeni[sz]e|rank|smooth|blur|quantize|interpolate|compact|flatten|canonicali[sz]e|denoise|filter|enrich|compose|decompose|mask|fold|dedent|indent|rewrite|reduce|transcode|cleanse|reflow|rectify|resample|downsample|lint|balance|validate|verify|parse|seal|pack|unpack|clean|scrub|censor|purify|beautify|prettify|hyphenate|romani[sz]e|transliterate|stem|lemmati[sz]e|renew|highlight|summari[sz]e|shorten|abbreviate|reformat|spellcheck|upscale|sharpen|brighten|humani[sz]e|plurali[sz]e|singulari[sz]e|slugify|camelize|capitali[sz]e|titleize|lowercase|uppercase)$/;
/** One of several things handed in, as it came: that is what these are for. */
const SELECTS =
  /^(?:first|second|last|left|right|pick|choose|keep|prefer|identity|id|self|same|always|const|constant|default|or|either|fallback|ignore|noop|pass|passthrough|tap|unwrap|cast|as|to|from|brand|wrap)$/;
export const selects = (name: string): boolean => wordsOf(name).some((word) => SELECTS.test(word));

/** Made verbs whose result differs from what goes in: `slugify`, `titleize`. */
export const alters = (name: string): boolean => /(?:ify|i[sz]e)$/.test(wordsOf(name)[0] ?? '') && promisesWork(name);

export const transforms = (name: string): boolean =>
  wordsOf(name).some(
    (word) =>
      TRANSFORMS.test(word) || TRANSFORMS.test(word.replace(/d$/, '')) || TRANSFORMS.test(word.replace(/ed$/, '')),
  );

/** Verbs that tell of a change in a sentence; in a name they may as well be things: an `order`. */
const CHANGES =
  /^(?:order|arrange|replace|substitute|remove|collapse|merge|expand|split|group|shorten|round|rename|insert|swap|drop|correct|correlate|lower|upper|lowercase|uppercase|capitali[sz]e|adjust|discard|unify|partition|permute|prune|distribute|clip|clamp|limit|linearize|convolve|sharpen)$/;
const AS_IT_IS =
  /\b(?:unchanged|as[- ]is|itself|verbatim|identity|same|unmodified|untouched|if|unless|when|where|already)\b/i;

/** Whether a documentation begins with a verb that tells of a change: "Orders the jobs so that …". */
export function tellsOfChange(doc: string): boolean {
  const first = /[A-Za-z]+/.exec(doc.replace(/<\/?\w+>/g, ''))?.[0].toLowerCase() ?? '';
  const forms = [first, first.replace(/s$/, ''), first.replace(/es$/, ''), first.replace(/ies$/, 'y')];
  return documented(doc) && !AS_IT_IS.test(doc) && forms.some((form) => CHANGES.test(form) || TRANSFORMS.test(form));
}
