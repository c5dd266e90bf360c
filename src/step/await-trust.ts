/** A task whose file became weaker while an attempt ran is not worked on before a person has trusted it. */
import type { Config } from '../config.js';
import { EXIT, type ExitCode } from '../diagnostic.js';
import { untrusted, whyUntrusted } from '../inspect/trust.js';
import { programName } from '../record/program-name.js';
import { branchName } from '../workspace/branch-name.js';
import type { Workspace } from '../workspace/workspace.js';
import { sayer } from './say.js';

/** The command by which a person trusts a task's file as it is. */
export function trustCommand(config: Config, name: string): string {
  return `${programName(config.root, process.argv[1] ?? 'stepladder')} trust ${name}`;
}

/**
 * Ends the step of a task that waits for trust, said as a question. Nothing is put on record against it: trusted, or its
 * file as it was, it simply runs.
 * @returns null: it does not wait
 */
export function awaitTrust(config: Config, ws: Workspace, run: string, name: string): ExitCode | null {
  const weakened = untrusted(config.root).get(name);
  if (weakened === undefined) return null;
  const say = sayer(config.root, run, branchName(ws));
  const why = whyUntrusted(weakened);
  const ended = { task: name, rung: null, attempts: 0, durationMs: 0, reason: why };
  say({ type: 'question', task: name, question: why, options: [trustCommand(config, name)] });
  say({ type: 'step-finished', state: 'question', ...ended });
  return EXIT.waiting;
}
