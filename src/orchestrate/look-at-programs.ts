/** The programs that every run needs, and whether they are new enough. */
import { spawnSync } from 'node:child_process';
import { type Finding, fine, wrong } from './finding.js';

const PATIENCE_MS = 60_000;

interface Needed {
  /** What it is called by. */
  readonly program: string;
  /** How it begins what it says of itself: others of the same name are not meant. */
  readonly as: string;
  /** The oldest version that will do. */
  readonly least: string;
  readonly remedy: string;
}

/** Whether a version is the other or a later one. Words behind the numbers do not count. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string): number[] => (/\d+(\.\d+)*/.exec(text)?.[0] ?? '').split('.').map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  const differs = want.findIndex((number, at) => (have[at] ?? 0) !== number);
  return differs === -1 || (have[differs] ?? 0) > (want[differs] ?? 0);
}

function lookAt(what: string, { program, as, least, remedy }: Needed): Finding {
  const { status, stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: PATIENCE_MS });
  if (error !== undefined) {
    const missing = 'code' in error && error.code === 'ENOENT';
    return wrong(what, missing ? `${program} is not installed` : `${program} does not run: ${error.message}`, remedy);
  }
  const first = stdout.trim().split('\n', 1)[0] ?? '';
  if (status !== 0 || !first.startsWith(as)) {
    return wrong(what, `${program} is not ${as}: it says ${first === '' ? 'nothing of itself' : `“${first}”`}`, remedy);
  }
  if (isAtLeast(first, least)) return fine(what, first);
  return wrong(what, `${first} is too old: ${least} or later is needed`, remedy);
}

/** @param node version of the Node that runs us, such as `v20.19.2` */
export function lookAtPrograms(node: string, env: Readonly<Record<string, string | undefined>>): Finding[] {
  const least = '20.19';
  return [
    isAtLeast(node, least)
      ? fine('node', node)
      : wrong('node', `${node} is too old: ${least} or later is needed`, `install Node ${least} or later`),
    lookAt('git', { program: 'git', as: 'git', least: '2.30', remedy: 'install git 2.30 or later' }),
    lookAt('make', {
      // As orchestrate has it.
      program: env.STEPLADDER_MAKE ?? 'make',
      as: 'GNU Make',
      least: '3.81',
      remedy: 'install GNU Make 3.81 or later; where it is called gmake: gmake orchestrate',
    }),
  ];
}
