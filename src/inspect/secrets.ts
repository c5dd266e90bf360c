/** What must not be kept: keys and passwords, in whatever agents and checks print (transcripts, reasons, prompts). */
import { existsSync } from 'node:fs';
import type { Config } from '../config.js';
import { type Form, formsOf } from './secret-forms.js';

export interface Mask {
  /** The text with every secret in it replaced. */
  hide(text: string): string;
  /** No known secret is longer, in characters: so much of a text that was cut off may hold a part of one. */
  readonly longest: number;
}

export type Environment = Readonly<Record<string, string>>;

export const HIDDEN = '[hidden]';
const SECRET_NAMES = [
  /KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL/i,
  // Not BYPASS or COMPASS, and not the folder that a shell is in or was in before.
  /(?<!BY|COM)PASS(?:$|_)/i,
  /^(?!(?:OLD)?PWD$).*PWD$/i,
];
/** These may as well say of what kind something is: what is one plain word is none. */
const PERHAPS_SECRET_NAME = /(?:^|_)(?:AUTH|AUTHORIZATION|AUTH_CONFIG|COOKIES?|DSN)$|(?:^|_)DSN_/i;
const PLAIN_WORD = /^[a-z]+$/i;
/** Shorter values are words and numbers that stand everywhere. */
const SHORTEST = 8;
const LONGEST_SHAPE = 4096;
/** A longer value is looked for in pieces of this length, in characters. */
const PIECE = 1000;

const A_KEY = 'PRIVATE KEY';
const BEGIN_KEY = `-----BEGIN[A-Z ]*${A_KEY}(?: BLOCK)?-----`;
const END_KEY = `-----END[A-Z ]*${A_KEY}(?: BLOCK)?-----`;

/** How the commonest keys look, whoever put them there; before each, what stands in all of that kind. */
const SHAPES: readonly (readonly [core: string, pattern: string])[] = [
  // Anthropic, OpenAI and those who copied them
  ['sk-', String.raw`\bsk-[A-Za-z0-9_-]{20,}`],
  // GitHub, GitLab
  ['gh', String.raw`\bgh[opusr]_[A-Za-z0-9]{20,}`],
  ['github_pat_', String.raw`\bgithub_pat_[A-Za-z0-9_]{20,}`],
  ['glpat-', String.raw`\bglpat-[A-Za-z0-9_-]{20,}`],
  // Stripe
  ['k_', String.raw`\b[prs]k_(?:live|test)_[A-Za-z0-9]{16,}`],
  // Slack, Amazon, Google, PyPI, npm, Hugging Face
  ['xox', String.raw`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`],
  ['IA', String.raw`\bA[KS]IA[0-9A-Z]{16}\b`],
  ['AIza', String.raw`\bAIza[0-9A-Za-z_-]{35}`],
  ['pypi-', String.raw`\bpypi-[A-Za-z0-9_-]{40,}`],
  ['npm_', String.raw`\bnpm_[A-Za-z0-9]{36}`],
  ['hf_', String.raw`\bhf_[A-Za-z0-9]{30,}`],
  // JSON web tokens
  ['eyJ', String.raw`\beyJ[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]*`],
  // What follows Bearer
  ['earer', String.raw`(?<=\b[Bb]earer\s)[A-Za-z0-9._~+/-]{16,}=*`],
  // The password of a URL, unless something is still to be put in its place
  ['@', String.raw`(?<=:(?:\\{0,7}/){2}[^\s/:@"'<>\\]{0,200}:)(?!\$?\{|[<*])[^\s/?#"'<>\\]{1,4096}(?=@)`],
  // Private keys, also where newlines are written \n
  [A_KEY, `${BEGIN_KEY}[^]*?(?:${END_KEY}|$)`],
];

const URL_PASSWORD = /:\/\/[^\s/:@]*:([^\s/?#]+)@/;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The lines of a value that are secret, as its variable's name says. */
function linesOf(name: string, value: string): string[] {
  const named = SECRET_NAMES.some((pattern) => pattern.test(name));
  if (!named && !PERHAPS_SECRET_NAME.test(name)) return [];
  // The path of a key file is no secret, and may be the home folder that every other line names.
  const lines = value.split(/\r?\n/).filter((line) => !(line.includes('/') && existsSync(line)));
  return lines.map((line) => line.trim()).filter((line) => named || !PLAIN_WORD.test(line));
}

/** The password of a URL, whatever the variable is called; a plain word (`postgres`) is hidden in its URL only. */
function passwordsOf(value: string): string[] {
  const password = URL_PASSWORD.exec(value)?.[1] ?? '';
  return [password, decoded(password)].filter((one) => !PLAIN_WORD.test(one));
}

/** A value that is not too long for a pattern; no piece is so short that it stands everywhere. */
function piecesOf(value: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (; value.length - at > PIECE + SHORTEST; at += PIECE) pieces.push(value.slice(at, at + PIECE));
  return [...pieces, value.slice(at)];
}

/** What is secret in some environments. */
function secretValues(envs: readonly Environment[]): Set<string> {
  const variables = envs.flatMap((env) => Object.entries(env));
  const values = variables.flatMap(([name, value]) => [...linesOf(name, value), ...passwordsOf(value)]);
  return new Set(values.filter((value) => value.length >= SHORTEST).flatMap(piecesOf));
}

/** The text with all that lies within the ranges replaced; ranges that overlap or touch are one. */
function without(text: string, ranges: readonly (readonly [from: number, to: number])[]): string {
  let shown = '';
  let at = -1;
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    if (from > at) shown += text.slice(Math.max(at, 0), from) + HIDDEN;
    at = Math.max(at, to);
  }
  return shown + text.slice(Math.max(at, 0));
}

/**
 * A mask for what a process prints: the values of environment variables that are named like a secret (KEY, TOKEN,
 * SECRET, PASSWORD, …) and at least 8 characters long, the passwords of URLs in any of them, both also as JSON, URLs and
 * base64 write them; and whatever has the shape of a common key.
 * @param envs that of the process, and others of which it may know
 */
export function maskFor(...envs: readonly Environment[]): Mask {
  const shapes = SHAPES.map(
    ([core, pattern]): Form => ({ core, pattern: new RegExp(pattern, 'g'), longest: LONGEST_SHAPE }),
  );
  const forms = [...shapes, ...[...secretValues(envs)].flatMap(formsOf)];
  return {
    hide(text) {
      const found = forms.filter(({ core }) => text.includes(core));
      const ranges = found.flatMap(({ pattern }) =>
        Array.from(text.matchAll(pattern), (match) => [match.index, match.index + match[0].length] as const),
      );
      return ranges.length === 0 ? text : without(text, ranges);
    },
    longest: Math.max(...forms.map(({ longest }) => longest)),
  };
}

/** The environments that the configuration gives its agents: checks and setup can read them there. */
export function agentEnvironments({ agents }: Config): Environment[] {
  return Object.values(agents).map(({ env }) => env);
}

/** More than the longest private key has, in characters. */
const LONGEST_KEY = 16 * 1024;

/**
 * A stream that is masked line by line: the lines within a private key say nothing of themselves. A line that is a JSON
 * object stands for itself, whatever came before: what it holds, it holds whole.
 */
export class KeyLines {
  /** How much may still belong to the key that an earlier line began. */
  #left = 0;

  /** The line, without what belongs to a key that an earlier one began. */
  hide(line: string): string {
    // Cheap to see, and every line is looked at.
    if (this.#left <= 0 && !line.includes(A_KEY)) return line;
    const text = line.trim();
    if (text.startsWith('{') && text.endsWith('}')) return line;
    const after = this.#left > 0 ? this.#after(line) : line;
    const begin = lastOf(BEGIN_KEY, line);
    if (begin !== -1 && begin > lastOf(END_KEY, line)) this.#left = LONGEST_KEY;
    return after;
  }

  #after(line: string): string {
    const end = new RegExp(END_KEY).exec(line);
    this.#left = end === null ? this.#left - line.length - 1 : 0;
    return end === null ? HIDDEN : `${HIDDEN}${line.slice(end.index + end[0].length)}`;
  }
}

const lastOf = (pattern: string, text: string): number =>
  [...text.matchAll(new RegExp(pattern, 'g'))].at(-1)?.index ?? -1;
