/** One attempt: the prompt, the agent, and the runner's own judgement of what it left. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, AttemptRequest } from '../agents/agent.js';
import type { Rung } from '../config.js';
import { refuse } from '../diagnostic.js';
import { agentEnvironments } from '../inspect/secrets.js';
import type { Usage } from '../record/event.js';
import { files } from '../record/files.js';
import { spend } from '../record/halts.js';
import type { Account } from '../record/holds.js';
import type { Lock } from '../record/locks.js';
import { ATTEMPT_ENVIRONMENT } from '../workspace/moves.js';
import type { Allowance } from './budget.js';
import { sayFindings } from './check-context.js';
import type { StepContext } from './context.js';
import { judge } from './judge.js';
import { type Outcome, reasonOf } from './outcome.js';
import { type EarlierTry, renderPrompt } from './prompt.js';
import { cutShort } from './put-away.js';
import { gotThrough } from './waiting.js';

export interface Attempt {
  readonly rung: Rung;
  /** Name of the agent that worked. */
  readonly agent: string;
  readonly repair: boolean;
  readonly outcome: Outcome;
  /** One line; '' where it was done. */
  readonly reason: string;
  /** Failing output for the next prompt, or ''. */
  readonly output: string;
  readonly model: string | null;
  /** In which a further attempt of the same agent could go on. */
  readonly session: string | null;
  /** Where that session's own count stands. */
  readonly sessionUsage: Usage | null;
  readonly durationMs: number;
  readonly usage: Usage | null;
}

/** What is asked of an attempt. */
export interface Asked {
  readonly rung: Rung;
  readonly agent: Agent;
  /** As the agent calls it. */
  readonly model: string;
  readonly account: Account;
  /** 1, 2, … within the step. */
  readonly number: number;
  /** Whether it is a further attempt on the same rung with findings. */
  readonly repair: boolean;
  /** What was tried before, for its prompt. */
  readonly earlier: readonly EarlierTry[];
  /** The attempt in whose session it goes on; null: in a new one. */
  readonly resumes: Attempt | null;
  readonly allowance: Allowance;
  /** Held until it is known whether the account's limit is over. */
  readonly probe: Lock | null;
}

/** What was said and printed at this place before, by an earlier step of the same run (the task was reopened), stays. */
function keepEarlier(stem: string): void {
  const endings = ['.log', '.prompt.md'].filter((ending) => existsSync(`${stem}${ending}`));
  let nth = 1;
  while (endings.some((ending) => existsSync(`${stem}~${nth}${ending}`))) nth += 1;
  for (const ending of endings) renameSync(`${stem}${ending}`, `${stem}~${nth}${ending}`);
}

/** What is said in a session that goes on: what came of its last turn, and nothing that it knows already. */
function resumption(ctx: StepContext, resumes: Attempt | null): AttemptRequest['resume'] {
  if (resumes === null || resumes.session === null) return null;
  const { session, sessionUsage, rung, outcome, reason, output } = resumes;
  const resumed = { rung: rung.text, outcome: outcome.name, reason, output };
  const facts = { ...ctx.promptFacts(), earlier: [], resumed };
  return { session, prompt: renderPrompt(ctx.config, ctx.settings.prompt, facts), sessionUsage };
}

/** Runs one attempt and judges it. Everything that is the agent's fault or the world's is in the outcome. */
export async function runAttempt(ctx: StepContext, asked: Asked): Promise<Attempt> {
  const { task } = ctx;
  const { rung, agent, model, account, number, repair, allowance } = asked;
  const prompt = renderPrompt(ctx.config, ctx.settings.prompt, { ...ctx.promptFacts(), earlier: asked.earlier });
  const resume = resumption(ctx, asked.resumes);
  const stem = join(ctx.folder, '_attempts', `${ctx.run}-${number}`);
  const promptFile = `${stem}.prompt.md`;
  const transcript = `${stem}.log`;
  keepEarlier(stem);
  files.writeDurably(promptFile, resume?.prompt ?? prompt);
  ctx.inFlight(rung.text, number);
  ctx.activity.begin(number);
  ctx.say({ type: 'attempt-started', task: task.name, attempt: number, rung: rung.text, agent: agent.name, repair });

  const end = await agent.run({
    task: task.name,
    taskFile: ctx.taskCopy,
    prompt,
    resume,
    promptFile,
    rung: { text: rung.text, model, thinking: rung.thinking },
    attempt: number,
    cwd: ctx.ws.dir,
    env: { ...ctx.env, ...ATTEMPT_ENVIRONMENT },
    secrets: agentEnvironments(ctx.config),
    mark: ctx.mark,
    transcript,
    timeoutMs: ctx.settings.timeoutMs,
    idleTimeoutMs: ctx.config.idleTimeoutMs,
    signal: ctx.signal,
    onActivity: (line) => ctx.activity.tell(line),
    onAnswer: () => {
      gotThrough(ctx, account);
      asked.probe?.release();
    },
    allowanceUsd: allowance.usd,
    overspent: allowance.overspent,
  });
  ctx.activity.tell('its agent has ended: looking at what it left');
  if (end.usage !== null) spend(ctx.root, ctx.run, end.usage);
  if (files.stat(join(ctx.root, task.file)) === null) throw taskGone(ctx);
  const outcome = await judge(ctx, account, end);
  const reason = reasonOf(outcome);
  ctx.say({
    type: 'attempt-finished',
    task: task.name,
    attempt: number,
    rung: rung.text,
    outcome: outcome.name,
    reason,
    durationMs: end.durationMs,
    usage: end.usage,
    model: end.model,
  });
  return {
    rung,
    agent: agent.name,
    repair,
    outcome,
    reason,
    output: outcome.name === 'failed' ? outcome.output : '',
    model: end.model ?? model,
    session: end.session,
    sessionUsage: end.sessionUsage,
    durationMs: end.durationMs,
    usage: end.usage,
  };
}

/** The task file went while its step ran: put back, the work kept; whether it is still wanted only a person knows. */
function taskGone(ctx: StepContext): Error {
  const reason = `${ctx.task.file} was deleted while its step ran`;
  sayFindings(ctx, ctx.putBack());
  ctx.ws.foldCommits(ctx.base);
  cutShort(ctx, reason);
  return refuse(
    `${reason}; it is put back as it was, and nothing was landed`,
    'delete it now if it is not wanted; else run the same command again, which takes up the work',
    undefined,
    { file: ctx.task.file },
  );
}
