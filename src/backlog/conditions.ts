/**
 * What a checklist asks for (DESIGN "A task file"): `` `make check` passes `` is a command, `` `src/x.c` exists `` a
 * path, *clean worktree* what it says, a fenced `sh` block a script. Anything else is prose: the agent's word, listed
 * as claimed and not verified. An item that says more than its command ("passes without warnings") is both.
 */
import { type ChecklistItem, readChecklist } from './checklist.js';
import type { Condition } from './task.js';

/** `Verify that`, `**Build:**`: words before the code that change nothing. */
const LEAD_IN =
  /^(?:\*\*[^*]+\*\*:?\s*)?(?:(?:please\s+)?(?:verify|check|ensure|confirm|make sure)(?:\s+that)?\s+)?(?:(?:the\s+)?(?:command|file|folder|directory|path)\s+)?(?:running\s+)?(?=`)/i;
const CLEAN =
  /^(?:the\s+)?(?:git\s+)?(?:clean\s+(?:git\s+)?(?:work(?:ing)?[\s-]?tree|working\s+(?:directory|copy))|(?:work(?:ing)?[\s-]?tree|working\s+(?:directory|copy))\s+(?:is\s+)?clean)\b/i;
const CODE = /^(`+)(.+?)\1(?!`)/;
const BETWEEN_CODES = /^(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s*&\s*)(?=`)/i;
const BETWEEN_PHRASES = /^(?:\s*[,;]?\s*and\s+|\s*[,;]\s*)(?=`)/i;
/** What turns the phrase before it into something else than a plain demand. */
const HEDGE = /^\s*,?\s*(?:or|unless|only|if|when|until|except|but|without having)\b/i;
const NOTHING_MORE = /^\s*(?:\([^()]*\))?\s*[.;!]?\s*$/;

const VERBS: readonly (readonly [RegExp, string, 'command' | 'exists'])[] = [
  [/^\s+pass(?:es)?\b/i, 'passes', 'command'],
  [/^\s+succeeds?\b/i, 'succeeds', 'command'],
  [/^\s+exits?\s+(?:with\s+)?(?:(?:status|code|exit code)\s+)?(?:0|zero)\b/i, 'exits 0', 'command'],
  [/^\s+(?:is|are)\s+clean\b/i, 'is clean', 'command'],
  [/^\s+exists?\b/i, 'exists', 'exists'],
];
/** What can be a path and nothing else: no call, no glob, no shell. */
const PATH = /^(?!.*(?:::|->))[^\s()<>*?$;|&"'`\\]+$/;

/**
 * The conditions of a section, in its order.
 * @param section the text below `## Preconditions` or `## Postconditions`
 */
export function readConditions(section: string): Condition[] {
  const { items, scripts } = readChecklist(section);
  return [...items.flatMap(conditionsOf), ...scripts.map((script) => scriptCondition(script, ''))];
}

/**
 * What a section says that nobody can run: its claims, and its text outside of the checklist. The runner cannot verify
 * it, so that whoever changes it asks for work.
 */
export function readClaims(section: string): string[] {
  const claims = readConditions(section).flatMap((condition) => (condition.kind === 'claim' ? [condition.text] : []));
  return [...claims, ...readChecklist(section).prose];
}

function conditionsOf(item: ChecklistItem): Condition[] {
  const own = item.parts[0] ?? '';
  const below = item.parts.slice(1).filter((part) => part !== '');
  const whole = below.length === 0 ? own : `${own.replace(/[:.]?\s*$/, ':')} ${below.join('; ')}`;
  const scripts = item.scripts.filter((script) => script !== '').map((script) => scriptCondition(script, own));
  const { conditions, more } = executable(own);
  const claims = more && scripts.length === 0 && whole !== '';
  const claim: Condition = { kind: 'claim', text: whole };
  return [...conditions, ...scripts, ...(claims || (conditions.length > 0 && below.length > 0) ? [claim] : [])];
}

function scriptCondition(command: string, words: string): Condition {
  const [first = '', ...rest] = command.split('\n');
  const text = words.replace(/\s*:?\s*$/, '');
  return { kind: 'script', command, text: text === '' ? `${first}${rest.length > 0 ? ' …' : ''}` : text };
}

/** What the runner can check in an item's words, and whether they say more than that. */
function executable(words: string): { conditions: Condition[]; more: boolean } {
  const none = { conditions: [], more: true };
  const clean = CLEAN.exec(words);
  if (clean !== null) {
    const rest = words.slice(clean[0].length);
    if (HEDGE.test(rest)) return none;
    return { conditions: [{ kind: 'clean', text: clean[0] }], more: !NOTHING_MORE.test(rest) };
  }
  let rest = words.slice(LEAD_IN.exec(words)?.[0].length ?? 0);
  const conditions: Condition[] = [];
  while (rest.startsWith('`')) {
    const phrase = readPhrase(rest);
    if (phrase === null || HEDGE.test(phrase.rest)) return conditions.length === 0 ? none : { conditions, more: true };
    conditions.push(...phrase.conditions);
    rest = phrase.rest;
    const between = BETWEEN_PHRASES.exec(rest);
    if (between === null) break;
    rest = rest.slice(between[0].length);
  }
  return conditions.length === 0 ? none : { conditions, more: !NOTHING_MORE.test(rest) };
}

/** `` `a` and `b` pass ``: codes, then one verb for all of them. */
function readPhrase(text: string): { conditions: Condition[]; rest: string } | null {
  const codes: string[] = [];
  let rest = text;
  for (;;) {
    const code = CODE.exec(rest);
    if (code === null) return null;
    codes.push((code[2] ?? '').trim());
    rest = rest.slice(code[0].length);
    const between = BETWEEN_CODES.exec(rest);
    if (between === null) break;
    rest = rest.slice(between[0].length);
  }
  for (const [pattern, verb, kind] of VERBS) {
    const found = pattern.exec(rest);
    if (found === null) continue;
    const conditions = codes.map((code) => conditionOf(code, verb, kind));
    if (conditions.some((condition) => condition === null)) return null;
    return { conditions: conditions.filter((condition) => condition !== null), rest: rest.slice(found[0].length) };
  }
  return null;
}

function conditionOf(code: string, verb: string, kind: 'command' | 'exists'): Condition | null {
  const text = `\`${code}\` ${verb}`;
  if (code === '') return null;
  if (kind === 'exists') return PATH.test(code) ? { kind, path: code.replace(/^(?:\.\/)+(?=.)/, ''), text } : null;
  // `git status` exits 0 over any mess: what is meant is the tree.
  if (verb === 'is clean' && /^git (?:status|diff)\b[^;|&<>]*$/.test(code)) return { kind: 'clean', text };
  return { kind, command: code, text };
}
