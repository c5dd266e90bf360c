/** The words by which code says of itself that it is none. Names, messages and comments speak differently. */

/** In an identifier or an error constant: `NotImplementedError`, `ERR_NOT_IMPLEMENTED`, `codes.Unimplemented`. */
const NAME =
  /not_?(?:yet_?)?implemented|not_?impl(?:$|[_\W])|un_?implemented|unimpl(?:$|[_\W])|\bU?[EV]?_?ENOSYS\b|\bE_NOTIMPL\b|\berrc::function_not_supported\b|\bNYI\b|\bNot_?Yet(?:Error|Exception)?\b/i;
/** As a name it shouts; `todo.reason` is a field of somebody's task. */
const SHOUTED = /\bTODO\b/;

/** In the message of an error, or of a log line. */
const MESSAGE =
  /\bnot[\s_-]+(?:yet[\s_-]+|been[\s_-]+|currently[\s_-]+)*(?:implemented|done|finished|written|wired|hooked up)|\bunimplemented\b|\bto[\s-]?do\b|\bfix[\s-]?me\b|\bimplement(?:ation)?[\s_-]+(?:me|this|missing|pending|needed)|\bto be implemented|\b(?:write|finish|fill|code|do) me\b|\bNYI\b|\bcoming soon\b|\bnot (?:available|supported|ready|working|possible) yet\b|\b(?:isn'?t|aren'?t|hasn'?t been|wasn'?t) (?:yet )?(?:implemented|supported yet|written|ready)|\bno implementation\b|\bimplement me\b|\bstub(?:bed)?\b|\bnot yet (?:supported|available|ready|ported|possible|handled)|\b(?:needs|awaits|awaiting|pending) (?:an )?implementation|\bmissing implementation|^\W*\w*\W*(?:yet|later)\W*$|^(?:cannot|can't|can not) .* yet\b/i;

/** In a comment of a body that does nothing else: it says that the work is still to be done. */
const COMMENT =
  /\bTODO\b|\bFIXME\b|\bXXX\b|\bTBD\b|\bNYI\b|\btodo\b|\b(?:comes?|follows?|added|done|handled) (?:later|soon|next)\b|\b[Ff]ixme\b|\bnot[\s-]+(?:yet[\s-]+)?implemented|\bunimplemented\b|\bto be (?:implemented|done|written|filled)|\bimplement (?:me|this|later|the|actual|real)|\bimplementation (?:goes|comes|here|pending|missing|follows|to follow|needed)|\b(?:goes|comes|belongs) (?:in )?here\b|\byour (?:code|implementation|logic) here|\bstub(?:bed|s)?\b|\bplaceholder\b|\bcoming soon\b|\bfill (?:this |me )?in\b|\b(?:add|write|put|insert) (?:the )?(?:logic|implementation|code|real)\b|\bnot (?:done|finished|written|wired|supported|ready|available|connected|hooked)(?: up)? yet\b|\bnot yet (?:done|written|wired|supported|ready|available|connected)|\bcome back to\b|\bnothing (?:here )?yet\b|\bno[- ]?op (?:for now|until|yet)|\b(?:will|to|should|must) be (?:implemented|replaced|added|filled|wired|done|hooked)|^\W*nothing (?:here )?yet\W*$/i;

/** In a comment or a string: what is returned stands in for the real thing. */
const PRETENCE =
  /\b(?:mock|dummy|fake|canned|sample|hard[- ]?coded|placeholder|pretend|bogus|simulat(?:e|es|ed|ing|ion)|stub(?:bed)?|faked?)\b|\bfor now\b|\b(?:for|at) the (?:moment|time being)\b|\b(?:real|actual|proper|full|production) (?:\w+ )?(?:implementation|version|code|logic|world|one|call|query|check|resolver|parser|algorithm|response|data|system|app|service|solution|world)\b|\bin (?:production|practice|real life|reality|a real)\b|\b(?:simplified|simplistic|naive|na\xefve|temporary|temporarily|provisional|interim|good enough)\b|\bwould (?:normally|actually|usually|really|be)\b|\b(?:just|always|simply) (?:return|accept|pass|succeed|assume|allow|say|claim|pretend)\w*|\bassum(?:e|es|ing) (?:success|valid|ok|everything|it)|\bnormally (?:we|this|one|it)\b|\bskip(?:ping|ped)? (?:the )?(?:actual|real|check|validation|verification)|\buntil (?!eof\b|end\b|done\b|exhausted\b|empty\b|now\b)[a-z]+\b|\b(?:later|someday|eventually)\b|\bnot (?:really|actually)\b|\bno \w+(?: \w+)? yet\b|\b(?:accept|allow|permit|trust)s? (?:everything|everyone|everybody|anything|anyone)\b|\bprototypes?\b|\bMVP\b|\bproof[- ]of[- ]concept\b|\b(?:first|next|later) milestone\b|\bmade[- ]up\b|\bstand[- ]?ins?\b|\bTEMP\b|\btill (?:the|we|it|then|there|that)\b|\breplace (?:this |it |me )?(?:with|by)\b|\bswap in\b|\bquick (?:and dirty|hack)|\bhack\b|\bworks for the demo\b|\binsecure\b|\b(?:only|just) for (?:development|testing|tests|the demo)\b|\bdev(?:elopment)?[- ]only\b|\bfixed (?:rate|value|price|answer|result|amount|number|reply)\b|^\W*(?:this )?would \w+|\bdemo\b/i;

/** A reason why there is nothing to do: the author thought of it. */
const DELIBERATE =
  /\bno[- ]?op(?:eration)?\b(?! (?:for now|until|yet))|\bnothing (?:to|needs|else|more|is|here|happens|special)\b|\b(?:don'?t|do not|no) bother\b|\bintentional(?:ly)?\b|\bon purpose\b|\bdeliberate(?:ly)?\b|\bby design\b|\b(?:do|does|did|doing) nothing\b|\bnot (?:needed|used|required|necessary|applicable|relevant|supported (?:on|by|in)|our)\b|\bno need\b|\b(?:don't|do not|doesn't|does not) need\b|\bignore[ds]?\b|\bempty (?:by|on|implementation|body|hook|default)\b|\bleft (?:empty|blank)\b|\bunused\b|\boverrid(?:e|es|den|able|ing)\b|\bsubclass(?:es)?\b|\bhooks?\b|\bdefault (?:implementation|is|does|behaviou?r)|\bnever (?:called|happens|reached|gets)|\b(?:only|just) (?:exists|here|there|present)|\bexists only\b|\bsatisf(?:y|ies)\b|\bmarker\b|\bcallers? (?:may|can|must)\b|\bno (?:state|resources?|cleanup|effect|delay|action)\b|\badds no\b|\balready\b|\bhandled (?:by|in|else)|\bkept for\b|\bcompatib|\bdeprecated\b|\bcannot fail\b|\balways (?:true|false|succeeds|valid|available|safe) (?:here|because|since|on|for|in)|\bbecause\b|\bsince (?!the last|last|then|when|\d)\w|\bswallow(?:s|ed)?\b|\bnull object\b|\bdiscard|(?:^|\n)\W*(?:the|this|our|these|such|it|we)\s+(?:\w+\s+){0,3}?(?:has|have|needs?|knows?|keeps?|takes?|uses?) (?:no|none|nothing)\b/i;

/** Those of them that leave no doubt. */
const FOR_NOW =
  /\bfor now,? (?:we |it |this |they |just |only |simply |always )*(?:return|give|assume|accept|pretend|answer|send|use|skip|do nothing)s?\b|\bas a stand-?in\b|\bstand-?in (?:for|until|till)\b/i;
const STRONG =
  /\b(?:mock|dummy|canned|hard[- ]?coded|placeholder|bogus|simulat(?:e|es|ed|ing)|stub(?:bed)?|faked?)\b|\b(?:a |the )?(?:real|actual|proper) (?:implementation|version|code|logic|resolver|parser|algorithm)\b|\bin production,? (?:this|we|it|you)\b|\bin (?:a|the|an) (?:real|full|complete|actual|proper|production|finished) \w+/i;

/** HTTP's own word for it, as a number or a name, among what is answered. */
const ANSWER = /\b501\b|\bnot_?implemented\b|StatusNotImplemented/i;

export type Marker = string | null;

function found(pattern: RegExp, text: string): Marker {
  return pattern.exec(text)?.[0].trim() ?? null;
}

export const markerInName = (text: string): Marker => found(NAME, text) ?? found(SHOUTED, text);
export const markerInMessage = (text: string): Marker => found(MESSAGE, text);
export const markerInComment = (text: string): Marker => found(COMMENT, text);
export const markerInAnswer = (text: string): Marker => found(ANSWER, text);
export const pretence = (text: string): Marker => found(PRETENCE, text);
/** `for now we return …`: the author says himself that this is not the answer. */
export const forNow = (text: string): Marker => found(FOR_NOW, text);
/** A deed that does not do what it is called after: "no compression yet". */
export const notTheDeed = (text: string): Marker =>
  found(/\bno (?:\w+ )?\w+ yet\b|\bnot (?:really|actually) \w+|\binsecure\b/i, text);
/** A check of which a comment says that the real one is to come. */
export const notTheCheck = (text: string, blind: boolean): Marker =>
  (blind ? pretence(text) : null) ??
  found(/\b(?:TODO|FIXME|XXX)\b\W+(?:\w+ ){0,2}(?:real|actual|actually|proper|properly)\b/, text);
export const strongPretence = (text: string): Marker => found(STRONG, text) ?? forNow(text);
/** What is so for now is not so by design. */
export const deliberate = (text: string): boolean =>
  DELIBERATE.test(text) && !/\bfor now\b|\btemporar|\bsimplif|\bsimplistic/i.test(text);

/** Cheap first question to a whole body, comments and strings included: is a closer look worth its time? */
const ANY =
  /to[-\s]?do\b|fixme|\bxxx\b|\btbd\b|impl|stub|placeholder|dummy|mock|fake|canned|hard[-\s]?coded|simulat|pretend|for now|coming soon|ENOSYS|\byet\b|in production|simplif|simplistic|temporar|would |sample|until |501|later|always |assum|skip|\bnyi\b|made[- ]up|invented|guess|prototype|mvp|milestone|stand-?in|\btemp\b|\btill\b|replace|\bswap|not an? |not the |actual|coming|write me|here\b|moment|time being|\bdemo\b|hack|bogus|provisional|interim|naive/i;
export const mayHoldMarker = (text: string): boolean => ANY.test(text);
