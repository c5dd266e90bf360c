/**
 * A real backlog of 63 tasks and 166 edges (fixtures/rel-07.json: header facts of a public one), written out as the
 * hand-written Markdown it was: header lines verbatim, with remarks, extra bold lines and a Layer missing here and there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from './agents.js';
import { CHECKOUT } from './project.js';

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly layer: number | null;
  readonly modelRaw: string;
  readonly depends: readonly string[];
  readonly dependsRaw: string;
  readonly files: readonly string[];
  readonly postconditions: { readonly total: number; readonly executable: readonly string[] };
}

export const ENTRIES: readonly Entry[] = (
  JSON.parse(readFileSync(join(CHECKOUT, 'tests/fixtures/rel-07.json'), 'utf8')) as { tasks: Entry[] }
).tasks;

/** Paths that the task's postconditions want to exist. */
function wanted(entry: Entry): string[] {
  return entry.postconditions.executable.flatMap((label) => /^exists (\S+[^/])$/.exec(label)?.[1] ?? []);
}

function markdown(entry: Entry): string {
  const header = [
    ...(entry.name.startsWith('verify-') ? ['**VERIFICATION TASK:** This task runs checks and fixes nothing.'] : []),
    ...(entry.name.startsWith('cleanup-') ? ['**UNATTENDED EXECUTION:** Do not ask, decide.'] : []),
    ...(entry.layer === null ? [] : [`**Layer:** ${entry.layer}`]),
    `**Model:** ${entry.modelRaw}`,
    `**Depends on:** ${entry.dependsRaw}`,
  ];
  const conditions = [
    ...wanted(entry).map((path) => `- [ ] \`${path}\` exists`),
    ...(entry.postconditions.executable.includes('make check') ? ['- [ ] `make check` passes'] : []),
    '- [ ] No compiler warnings',
  ];
  const files = entry.files.map((file) => `- \`${file}\``);
  return `# Task: ${entry.title}\n\n${header.join('\n')}\n\n## Context\n\nFiles:\n\n${files.join('\n')}\n\n## Postconditions\n\n${conditions.join('\n')}\n`;
}

/** Task name → Markdown. */
export function realBacklog(): Record<string, string> {
  return Object.fromEntries(ENTRIES.map((entry) => [entry.name, markdown(entry)]));
}

/** What the scripted agent does for each task: it touches the files that the real one touched. */
export function realScript(): Rule[] {
  return ENTRIES.map((entry) => {
    const files = [...new Set([...entry.files.filter((file) => !file.endsWith('/')), ...wanted(entry)])];
    const touched = files.length > 0 ? files : ['work/%TASK%.txt'];
    return { task: entry.name, append: Object.fromEntries(touched.map((file) => [file, '%TASK%, time %NTH%\n'])) };
  });
}
