/** One attempt of a command agent, without a step around it: what the tests of agents have in common. */
import { existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { AttemptEnd, AttemptRequest } from '../../src/agents/agent.js';
import { commandAgent } from '../../src/agents/command.js';
import type { AgentConfig } from '../../src/config.js';
import { startTime } from '../../src/record/process.js';

/** The configuration of an agent named `mine` that runs a shell line. */
export function agentConfig(command: string, more: Partial<AgentConfig> = {}): AgentConfig {
  return { name: 'mine', kind: 'command', command, args: [], env: {}, permissions: 'bypass', sandbox: '', ...more };
}

/** A request as a step makes it; works in `dir`, whose folder `state` holds prompt and transcript. */
export function request(dir: string, more: Partial<AttemptRequest> = {}): AttemptRequest {
  return {
    task: 'sse-parser',
    taskFile: join(dir, 'state/sse-parser.md'),
    prompt: 'do it\n',
    resume: null,
    promptFile: join(dir, 'state/1.prompt.md'),
    rung: { text: 'sonnet/thinking', model: 'sonnet', thinking: 'thinking' },
    attempt: 1,
    cwd: dir,
    env: { PATH: process.env.PATH ?? '', HOME: dir },
    secrets: [],
    mark: `test-${process.pid}-${Math.random().toString(36).slice(2)}`,
    transcript: join(dir, 'state/1.log'),
    timeoutMs: 60_000,
    idleTimeoutMs: 60_000,
    signal: new AbortController().signal,
    onActivity: () => {},
    onAnswer: () => {},
    allowanceUsd: null,
    overspent: () => null,
    ...more,
  };
}

/**
 * Runs one attempt with a shell line as the agent.
 * @param graceMs what it has to end in by itself: short where it will not, longer than any busy machine takes where it will
 */
export function attempt(
  dir: string,
  command: string,
  more: Partial<AttemptRequest> = {},
  config: Partial<AgentConfig> = {},
  graceMs = 500,
): Promise<AttemptEnd> {
  return commandAgent(agentConfig(command, config), { graceMs }).run(request(dir, more));
}

export function transcript(dir: string): string {
  return readFileSync(join(dir, 'state/1.log'), 'utf8');
}

/** The pid that something wrote into a file of the folder; -1 where it never did. */
export function pidIn(dir: string, file: string): number {
  const path = join(dir, file);
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : -1;
}

/** Whether a process is still doing anything: one that is dead but not yet collected is not. */
export function isRunning(pid: number): boolean {
  return startTime(pid) !== null;
}

/** Resolves once a file is there in the folder. */
export async function appears(dir: string, file: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const watcher = watch(dir, () => look());
    const look = (): void => {
      if (!existsSync(join(dir, file))) return;
      watcher.close();
      resolve();
    };
    look();
  });
}
