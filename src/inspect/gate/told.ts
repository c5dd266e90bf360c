/** What a task's text tells to be done to tests and stubs: who is ordered to remove or move one is no offender. */
import picomatch from 'picomatch';
import { filesNamed, names } from '../../backlog/named.js';
import type { Stub } from '../stubs/report.js';
import type { Past } from './changes.js';
import type { GateScope } from './scope.js';

/** Beginnings of verbs. */
const REMOVE = 'remov|delet|drop|replac|rewrit|retir|get(?:ting)? rid of|merg|consolidat|supersed|obsolete';
const REWORK = `${REMOVE}|redesign|rework|restructur|reorgani[sz]|dedup|prun`;
const MOVE = 'renam|mov(?:e|es|ed|ing)\\b|relocat|reorgani[sz]|extract';
const SKIP = 'skip|disabl|quarantin|ignor';
/** `do not remove`, `never skip`, `without deleting`: the contrary is ordered. */
const NOT = /\b(?:not|never|no|without|n't|instead of|rather than)\W+(?:\w+\W+){0,2}$/i;
/** `the obsolete`, but not `the code so that the`. */
const UP_TO_THE_TESTS = String.raw`(?:\s+(?!(?:and|so|that|until|to|while|for|with|by|in|on|from|or|if|when)\b)[\w'${'`'}-]+){0,3}\s+tests?\b`;

/** What stands together in a text: a sentence, an item of a list, or a list with the line before it that ends in a colon. */
function statements(text: string): string[] {
  const blocks: string[] = [];
  for (const block of text.replaceAll('\r\n', '\n').split(/\n\s*\n/)) {
    const last = blocks.at(-1);
    if (last?.trimEnd().endsWith(':')) blocks[blocks.length - 1] = `${last}\n${block}`;
    else blocks.push(block);
  }
  return blocks.flatMap((block) =>
    /:[^\S\n]*\n/.test(block) ? [block] : block.split(/(?<=[.!?])\s+|\n(?=\s*(?:[-*+]|\d+[.)])\s)/),
  );
}

/** @param verbs beginnings of verbs; `after` what must follow the verb */
function orders(statement: string, verbs: string, after = ''): boolean {
  return [...statement.matchAll(new RegExp(`\\b(?:${verbs})\\w*${after}`, 'gi'))].some(
    (found) => !NOT.test(statement.slice(0, found.index).split('\n').at(-1) ?? ''),
  );
}

const isInFull = (text: string, symbol: string): boolean => symbol.length > 3 && text.includes(symbol);

/**
 * Whether one statement of the task's text both orders it and names the test or its file (or speaks of tests, and the
 * file is one of the task's `files`).
 * @param symbol null: the whole file
 */
function tells(task: GateScope['task'], verbs: string, symbol: string | null, file: string): boolean {
  return [task.title, ...statements(task.body)].some((text) => {
    if (!orders(text, verbs)) return false;
    const part = { title: '', body: text };
    if (filesNamed(part).some((named) => file === named || file.endsWith(`/${named}`))) return true;
    const isOfTask = task.files.some((glob) => picomatch.isMatch(file, glob, { dot: true }));
    if (isOfTask && /\btests?\b/i.test(text)) return true;
    if (symbol === null) return false;
    return names(part, symbol) || (/[\s_]/.test(symbol) && isInFull(text, symbol));
  });
}

/** `Remove the obsolete tests`: whichever those are. */
function tellsOfTests(task: GateScope['task'], verbs: string): boolean {
  return [task.title, ...statements(task.body)].some((text) => orders(text, verbs, UP_TO_THE_TESTS));
}

export function isToldToRemove(task: GateScope['task'], symbol: string | null, file: string): boolean {
  return tells(task, REMOVE, symbol, file) || tellsOfTests(task, REWORK);
}

export function isToldToSkip(task: GateScope['task'], symbol: string, file: string): boolean {
  return tells(task, SKIP, symbol, file) || tellsOfTests(task, SKIP) || isToldToRemove(task, symbol, file);
}

/** Whether tests are to be somewhere else, or to be called something else. */
export function isToldToMoveTests(task: GateScope['task']): boolean {
  return tellsOfTests(task, MOVE);
}

/** Whether a stub is where it is, or called what it is, because the task says so: it need not be made real for that. */
export function isToldToMove(task: GateScope['task'], past: Past, stub: Stub): boolean {
  if (past.kind !== 'moved') return false;
  const { symbol, file } = past.from;
  return tells(task, MOVE, symbol, file) || tells(task, MOVE, stub.symbol, stub.file);
}
