/** What must not be kept: keys and passwords, in whatever agents and checks print (transcripts, reasons, prompts). */
import { existsSync } from 'node:fs';

export interface Mask {
  /** The text with every secret in it replaced. */
  hide(text: string): string;
  /** No known secret is longer, in characters: so much of a text that was cut off may hold a part of one. */
  readonly longest: number;
}

const HIDDEN = '[hidden]';
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL/i;
/** Shorter values are words and numbers that stand everywhere. */
const SHORTEST = 8;
const LONGEST_SHAPE = 4096;

/** How the commonest keys look, whoever put them there. */
const SHAPES = [
  // Anthropic, OpenAI and those who copied them
  String.raw`\bsk-[A-Za-z0-9_-]{20,}`,
  // GitHub, GitLab
  String.raw`\bgh[opusr]_[A-Za-z0-9]{20,}`,
  String.raw`\bgithub_pat_[A-Za-z0-9_]{20,}`,
  String.raw`\bglpat-[A-Za-z0-9_-]{20,}`,
  // Slack, Amazon, Google, npm, Hugging Face
  String.raw`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`,
  String.raw`\bA[KS]IA[0-9A-Z]{16}\b`,
  String.raw`\bAIza[0-9A-Za-z_-]{35}`,
  String.raw`\bnpm_[A-Za-z0-9]{36}`,
  String.raw`\bhf_[A-Za-z0-9]{30,}`,
  // JSON web tokens
  String.raw`\beyJ[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]*`,
  // What follows Bearer
  String.raw`(?<=\b[Bb]earer\s)[A-Za-z0-9._~+/-]{16,}=*`,
  // Private keys, also where newlines are written \n
  '-----BEGIN[A-Z ]*PRIVATE KEY-----[^]*?(?:-----END[A-Z ]*PRIVATE KEY-----|$)',
];

const escapeForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The values of an environment that are secrets by their variable's name; each line of one that has several. */
function secretValues(env: Readonly<Record<string, string>>): string[] {
  const values = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (!SECRET_NAME.test(name)) continue;
    for (const line of value.split(/\r?\n/)) {
      // The path of a key file is no secret, and may be the home folder that every other line names.
      if (line.trim().length < SHORTEST || (line.startsWith('/') && existsSync(line))) continue;
      values.add(line.trim());
      // As it reads inside a JSON string.
      values.add(JSON.stringify(line.trim()).slice(1, -1));
    }
  }
  return [...values];
}

/**
 * A mask for what a process prints: the values of its own environment's variables that are named like a secret
 * (KEY, TOKEN, SECRET, PASSWORD, …) and at least 8 characters long, and whatever has the shape of a common key.
 */
export function maskFor(env: Readonly<Record<string, string>>): Mask {
  const values = secretValues(env).sort((a, b) => b.length - a.length);
  const pattern = new RegExp([...values.map(escapeForRegExp), ...SHAPES].join('|'), 'g');
  return {
    hide: (text) => text.replace(pattern, HIDDEN),
    longest: Math.max(LONGEST_SHAPE, values[0]?.length ?? 0),
  };
}
