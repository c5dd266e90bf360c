/** `plan`: what a run would do, before anything is paid: order, models, flags, every command, time, cost, budget. */
import { HANDFUL, type Order, orderRemedy, sharesText, type Unordered } from '../backlog/unordered.js';
import type { Budget } from '../config.js';
import { printable, printableBlock } from '../diagnostic.js';
import { goal } from '../record/goal.js';
import { formatCount, formatDuration, formatUsd, plural } from './durations.js';
import { type EtaTask, estimate, estimateCost, etaText, type Range } from './eta.js';
import { gist } from './gist.js';
import type { Measures } from './measures.js';

/** A command the runner would execute, and what it is for. */
export interface PlannedCommand {
  readonly label: string;
  /** Shell text as it would be run; several lines for a script. */
  readonly run: string;
}

/** What would be done on one rung of a task's ladder. */
export interface PlannedRung {
  readonly rung: string;
  readonly agent: string;
  /** The real model, aliases resolved. */
  readonly model: string;
  /** `Agent.describe`: one printable shell line. */
  readonly command: string;
  /** What the agent is told that it may do; '' for a command, which is told nothing. */
  readonly permissions: string;
  /** What the agent is confined by: shell words put before its command; '' for nothing. */
  readonly sandbox: string;
}

export interface PlannedTask {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  readonly depends: readonly string[];
  readonly group: string | null;
  /**
   * `run`: agents are paid; `verify`: verified first, paid for only if that fails; `checkpoint`: a person approves;
   * `stuck`: failed or asked before and nothing has changed since, or something upstream is stuck.
   */
  readonly action: 'run' | 'verify' | 'checkpoint' | 'stuck';
  /** Why it is not done. */
  readonly why: string;
  /** From the rung it would start on to the highest allowed. */
  readonly rungs: readonly PlannedRung[];
  readonly preconditions: readonly PlannedCommand[];
  readonly checks: readonly PlannedCommand[];
  /** What its conditions and checks are confined by; '' for nothing. */
  readonly sandbox: string;
  readonly isolation: string;
  readonly timeoutMs: number;
  readonly budget: Budget | null;
}

export interface PlanInput {
  readonly branch: string;
  /** Absolute path, or as a person would name it. */
  readonly workspace: string;
  readonly jobs: number;
  /** In the order in which Make would start them with one job. */
  readonly tasks: readonly PlannedTask[];
  /** Those of them that share a file with earlier ones in no order, and so run one after the other by themselves. */
  readonly unordered: readonly (Unordered & Pick<Order, 'line'>)[];
  /** Tasks that hold, those apart that a person put off. */
  readonly done: number;
  readonly deferred: number;
  readonly preflight: readonly string[];
  /** The configuration's checks, run on the first tree. Empty: nothing verifies. */
  readonly baseline: readonly PlannedCommand[];
  readonly setup: readonly string[];
  readonly launch: string;
  readonly notify: string | null;
  readonly budget: Budget | null;
  readonly measures: Measures;
}

const MOST_IN_A_SANDBOX = 5;

/** What `plan --json` prints. */
export interface Plan extends Omit<PlanInput, 'measures'> {
  readonly expected: {
    /** Milliseconds; null where nothing has been measured yet. */
    readonly duration: Range | null;
    /** Dollars; null where no agent has told a cost yet. */
    readonly costUsd: Range | null;
    /** How many of the tasks would be paid for. */
    readonly paid: number;
  };
  /** Everything that would be executed, each once, with what for. */
  readonly commands: readonly { readonly run: string; readonly for: readonly string[] }[];
}

/** Works out what is to be expected. Pure. */
export function planOf(input: PlanInput): Plan {
  const { measures, ...rest } = input;
  const paid: EtaTask[] = input.tasks
    .filter(({ action }) => action === 'run')
    .map(({ name, depends, rungs, group }) => ({ name, depends, rung: rungs[0]?.rung ?? '', group }));
  return {
    ...rest,
    expected: {
      duration: estimate(paid, measures, input.jobs),
      costUsd: estimateCost(paid, measures),
      paid: paid.length,
    },
    commands: commandsOf(input),
  };
}

function commandsOf(input: PlanInput): Plan['commands'] {
  const found = new Map<string, Set<string>>();
  const add = (run: string, what: string): void => {
    const known = found.get(run);
    if (known) known.add(what);
    else found.set(run, new Set([what]));
  };
  for (const run of input.preflight) add(run, 'preflight, before the run');
  for (const run of input.setup) add(run, 'setup of each worktree');
  for (const { run } of input.baseline) add(run, 'baseline and verification of every task');
  for (const task of input.tasks) {
    if (task.action === 'stuck') continue;
    for (const { run } of task.preconditions) add(run, `precondition of ${task.name}`);
    if (worked(task)) {
      for (const { command, rung } of task.rungs) add(command, `agent on ${rung}`);
      for (const { run } of task.checks) add(run, `verification of ${task.name}`);
    }
  }
  if (input.notify !== null) add(input.notify, 'notify, when the run ends or first waits for a person');
  return [...found].map(([run, what]) => ({ run, for: [...what] }));
}

/** The plan as text: plain, safe to print, without a newline at the end. */
export function planText(plan: Plan): string {
  if (plan.tasks.length === 0) return `nothing to do: ${settled(plan)}, none left`;
  const sections = [
    opening(plan),
    ['In this order:', ...plan.tasks.flatMap((task, at) => taskLines(task, at + 1))],
    ...(plan.unordered.length > 0 ? [unorderedLines(plan)] : []),
    ...(plan.tasks.some(worked)
      ? [
          rungLines(plan),
          ...sandboxLines(plan),
          ['Commands that would be executed:', ...plan.commands.flatMap(commandLines)],
        ]
      : []),
  ];
  return sections.map((lines) => lines.map(printable).join('\n')).join('\n\n');
}

const worked = ({ action }: PlannedTask): boolean => action === 'run' || action === 'verify';

function settled({ done, deferred }: Plan): string {
  return `${plural(done, 'task')} done${deferred > 0 ? `, ${deferred} deferred` : ''}`;
}

function opening(plan: Plan): string[] {
  const { tasks, branch, workspace, jobs, expected, budget, baseline, launch } = plan;
  const many = (action: PlannedTask['action']): number => tasks.filter((task) => task.action === action).length;
  const counts = [
    `${plural(many('run'), 'task')} to run`,
    ...(many('verify') > 0 ? [`${many('verify')} to verify again`] : []),
    ...(many('checkpoint') > 0 ? [plural(many('checkpoint'), 'checkpoint')] : []),
    ...(many('stuck') > 0 ? [`${many('stuck')} stuck`] : []),
    `${plan.done} done`,
    ...(plan.deferred > 0 ? [`${plan.deferred} deferred`] : []),
  ];
  const time = etaText(expected.duration);
  return [
    counts.join(', '),
    `  branch:    ${branch}, workspace ${workspace}, ${plural(jobs, 'job')}`,
    ...(expected.paid === 0
      ? []
      : [
          `  time:      ${time === '' ? 'nothing measured yet' : time}`,
          `  cost:      ${expected.costUsd === null ? 'no cost told yet' : costText(expected.costUsd)}`,
        ]),
    `  budget:    ${budgetText(budget)} for the run`,
    ...(launch === '' ? [] : [`  launched:  ${launch}`]),
    `  verified:  ${baseline.length === 0 ? 'NOTHING VERIFIES: no check is configured or found' : baseline.map(({ label }) => gist(label)).join(', ')}`,
  ];
}

function costText({ low, high }: Range): string {
  const [least, most] = [formatUsd(low), formatUsd(high)];
  return least === most ? `about ${least}` : `about ${least}–${most}`;
}

function budgetText(budget: Budget | null): string {
  const parts = [
    ...(budget?.usd == null ? [] : [formatUsd(budget.usd)]),
    ...(budget?.tokens == null ? [] : [`${formatCount(budget.tokens)} tokens`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

const ACTION: Readonly<Record<PlannedTask['action'], string>> = {
  run: 'run',
  verify: 'verify first',
  checkpoint: 'wait for your approval',
  stuck: 'stay where it is',
};

function taskLines(task: PlannedTask, number: number): string[] {
  const margin = ' '.repeat(5);
  const list = (name: string, commands: readonly PlannedCommand[]): string[] =>
    commands.length === 0 ? [] : [`${margin}${name}: ${commands.map(({ label }) => gist(label, 80)).join(', ')}`];
  return [
    `${String(number).padStart(4)} ${task.name}: ${ACTION[task.action]} (${gist(task.why)})`,
    ...(worked(task) ? [`${margin}rungs: ${task.rungs.map(({ rung }) => rung).join(' → ')}`] : []),
    ...(task.depends.length === 0 ? [] : [`${margin}after: ${task.depends.join(', ')}`]),
    ...list('preconditions', task.preconditions),
    ...list('checks', task.checks),
    ...(worked(task) && task.checks.length === 0 ? [`${margin}checks: none; it would be done (unverified)`] : []),
    ...(worked(task)
      ? [
          `${margin}${task.isolation}, at most ${formatDuration(task.timeoutMs)} an attempt, budget ${budgetText(task.budget)}`,
        ]
      : []),
  ];
}

function unorderedLines({ unordered }: Plan): string[] {
  const more = unordered.length - HANDFUL;
  return [
    'One after the other, since they share a file and no dependency puts them in order:',
    ...unordered
      .slice(0, HANDFUL)
      .flatMap((one) => [`  ${one.task}: ${sharesText(one)}`, `      ${orderRemedy(one, one)} (in ${one.file})`]),
    ...(more > 0 ? [`  and ${more} more, see ${goal('lint-tasks')}`] : []),
  ];
}

/** Each rung once for each way it would be driven; by which command stands below, among all of them. */
function rungLines({ tasks }: Plan): string[] {
  const lines = tasks
    .filter(worked)
    .flatMap((task) => task.rungs)
    .map(({ rung, agent, model, permissions, sandbox }) => {
      const confined = sandbox === '' ? '' : ', in a sandbox';
      const may = permissions === '' ? '' : `, permissions ${permissions}`;
      return `  ${rung}: ${agent}, model ${model}${may}${confined}`;
    });
  return ['Rungs:', ...new Set(lines)];
}

/** Each sandbox, and who is in it; where there is one at all, who is in none. One section, or none. */
function sandboxLines({ tasks }: Plan): string[][] {
  const found = new Map<string, Set<string>>();
  const add = (sandbox: string, who: string): void =>
    void found.set(sandbox, (found.get(sandbox) ?? new Set()).add(who));
  for (const task of tasks.filter(worked)) {
    for (const { sandbox, agent } of task.rungs) add(sandbox, `the agent ${agent}`);
    if (task.checks.length + task.preconditions.length > 0) add(task.sandbox, `checks of ${task.name}`);
  }
  if ([...found.keys()].every((sandbox) => sandbox === '')) return [];
  const lines = [...found].flatMap(([sandbox, who]) => {
    const more = who.size > MOST_IN_A_SANDBOX ? ` and ${who.size - MOST_IN_A_SANDBOX} more` : '';
    return [
      `  ${sandbox === '' ? 'none' : sandbox}`,
      `      for ${[...who].slice(0, MOST_IN_A_SANDBOX).join(', ')}${more}`,
    ];
  });
  return [['Sandboxes:', ...lines]];
}

function commandLines({ run, for: what }: Plan['commands'][number]): string[] {
  const [first = '', ...others] = printableBlock(run.trimEnd()).split('\n');
  const more = what.length > 3 ? ` and ${what.length - 3} more` : '';
  return [`  ${first}`, ...others.map((line) => `  ${line}`), `      for ${what.slice(0, 3).join(', ')}${more}`];
}
