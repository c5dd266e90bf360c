/** One attempt: the prompt, the agent, and the runner's own judgement of what it left. */
import { join } from 'node:path';
import { agentOf } from '../agents/known.js';
import type { Rung } from '../config.js';
import { refuse } from '../diagnostic.js';
import type { Usage } from '../record/event.js';
import { files } from '../record/files.js';
import { spend } from '../record/halts.js';
import { ATTEMPT_ENVIRONMENT } from '../workspace/moves.js';
import { sayFindings } from './check-context.js';
import type { StepContext } from './context.js';
import { judge } from './judge.js';
import { type Outcome, reasonOf } from './outcome.js';
import { type EarlierTry, renderPrompt } from './prompt.js';
import { cutShort } from './put-away.js';

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
  readonly durationMs: number;
  readonly usage: Usage | null;
}

/**
 * Runs one attempt on a rung and judges it. Everything that is the agent's fault or the world's is in the outcome.
 * @param number 1, 2, … within the step
 * @param repair whether it is a further attempt on the same rung with findings
 */
export async function runAttempt(
  ctx: StepContext,
  rung: Rung,
  number: number,
  repair: boolean,
  earlier: readonly EarlierTry[],
): Promise<Attempt> {
  const { task } = ctx;
  const { agent, model } = agentOf(ctx.config, rung, ctx.settings.agent);
  const prompt = renderPrompt(ctx.config, ctx.settings.prompt, { ...ctx.promptFacts(), earlier });
  const stem = join(ctx.folder, '_attempts', `${ctx.run}-${number}`);
  const promptFile = `${stem}.prompt.md`;
  const transcript = `${stem}.log`;
  files.writeDurably(promptFile, prompt);
  ctx.inFlight(rung.text, number);
  ctx.say({ type: 'attempt-started', task: task.name, attempt: number, rung: rung.text, agent: agent.name, repair });

  const end = await agent.run({
    task: task.name,
    taskFile: ctx.taskCopy,
    prompt,
    promptFile,
    rung: { text: rung.text, model, thinking: rung.thinking },
    attempt: number,
    cwd: ctx.ws.dir,
    env: { ...ctx.env, ...ATTEMPT_ENVIRONMENT },
    mark: ctx.mark,
    transcript,
    timeoutMs: ctx.settings.timeoutMs,
    idleTimeoutMs: ctx.config.idleTimeoutMs,
    signal: ctx.signal,
    onActivity: ctx.onActivity,
  });
  if (end.usage !== null) spend(ctx.root, ctx.run, end.usage);
  if (files.stat(join(ctx.root, task.file)) === null) throw taskGone(ctx);
  const outcome = await judge(ctx, agent.name, end);
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
  });
  return {
    rung,
    agent: agent.name,
    repair,
    outcome,
    reason,
    output: outcome.name === 'failed' ? outcome.output : '',
    model: end.model ?? model,
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
