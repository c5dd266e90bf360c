/**
 * Reads stepladder.yaml: YAML → JSON Schema (the one editors use) → the resolved Config. All that is wrong is said at
 * once, with file, line and remedy. This folder: how the configuration is read; ../config.ts is what comes out.
 */
import {
  type AgentConfig,
  BUILT_IN_AGENTS,
  type Budget,
  type CheckConfig,
  type Config,
  defaultConfig,
  type GroupConfig,
  parseRung,
  type Rung,
} from '../config.js';
import { type Diagnostic, didYouMean, printable, Refusal } from '../diagnostic.js';
import { parseAmount, parseDuration } from './duration.js';
import { placeOf } from './problems.js';
import { type RawBudget, type RawCheck, type RawConfig, readRaw } from './raw.js';

const ms = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : (parseDuration(text) ?? fallback);

function budgetOf(raw: RawBudget | null | undefined): Budget | null {
  if (raw === null || raw === undefined) return null;
  return { usd: raw.usd ?? null, tokens: raw.tokens === undefined ? null : parseAmount(raw.tokens) };
}

function checksOf(raw: readonly RawCheck[]): CheckConfig[] {
  return raw.map((check) =>
    typeof check === 'string'
      ? { run: check, timeoutMs: null, when: 'step' }
      : {
          run: check.run,
          timeoutMs: check.timeout === undefined ? null : parseDuration(check.timeout),
          when: check.when ?? 'step',
        },
  );
}

/** Shell words that may be written over several lines: another command would begin with each of them. */
const oneLine = (text: string): string => text.trim().replace(/\s*\\?\n\s*/g, ' ');

function agentsOf(raw: RawConfig['agents']): Record<string, AgentConfig> {
  const agents: Record<string, AgentConfig> = { ...BUILT_IN_AGENTS };
  for (const [name, agent] of Object.entries(raw ?? {})) {
    agents[name] = {
      name,
      kind: agent.kind,
      command: agent.command ?? null,
      args: agent.args ?? [],
      env: agent.env ?? {},
      permissions: agent.permissions ?? 'bypass',
      sandbox: oneLine(agent.sandbox ?? ''),
      ...(agent.thinking === undefined ? {} : { thinking: agent.thinking }),
      ...(agent.resume === undefined ? {} : { resume: agent.resume }),
    };
  }
  return agents;
}

/** Paths of the configuration must stay paths: relative ones are kept short and without a trailing slash. */
const folder = (text: string | undefined, fallback: string): string =>
  text === undefined ? fallback : text.replace(/^(\.\/)+(?=.)/, '').replace(/(?<=.)\/+$/, '');

/**
 * The resolved configuration of a project.
 * @param root absolute path of the project
 * @param text what stepladder.yaml holds
 * @param hash sha256 of its bytes, hex
 * @throws Refusal with every problem at once
 */
export function readConfig(root: string, text: string, hash: string): Config {
  const { raw, document } = readRaw(text);
  const problems: Diagnostic[] = [];
  const base = defaultConfig(root);
  const agents = agentsOf(raw.agents);
  const names = Object.keys(agents);
  const complain = (message: string, remedy: string, path: (string | number)[]): void => {
    problems.push({ severity: 'error', message, remedy, place: placeOf(document, path) });
  };
  const ladderOf = (rungs: readonly string[], path: (string | number)[]): Rung[] =>
    rungs.flatMap((rung, at) => {
      const parsed = parseRung(rung, names);
      if (parsed) return [parsed];
      complain(
        `“${printable(rung)}” is no rung`,
        'write model/thinking or agent:model/thinking, such as sonnet/thinking',
        [...path, at],
      );
      return [];
    });
  const checkAgent = (agent: string | undefined, path: string[]): void => {
    if (agent === undefined || agent === 'auto' || Object.hasOwn(agents, agent)) return;
    const known = ['auto', ...names];
    complain(`unknown agent “${printable(agent)}”`, didYouMean(agent, known, `known: ${known.join(', ')}`), path);
  };
  checkAgent(raw.agent, ['agent']);
  const ladder = raw.ladder === undefined ? base.ladder : ladderOf(raw.ladder, ['ladder']);
  const groups = Object.entries(raw.groups ?? {}).map(([match, group]): GroupConfig => {
    checkAgent(group?.agent, ['groups', match, 'agent']);
    return {
      match,
      ladder: group?.ladder === undefined ? null : ladderOf(group.ladder, ['groups', match, 'ladder']),
      agent: group?.agent ?? null,
      verify: group?.verify === undefined ? null : checksOf(group.verify),
      prompt: group?.prompt ?? null,
      timeoutMs: group?.timeout === undefined ? null : parseDuration(group.timeout),
      budget: budgetOf(group?.budget),
    };
  });
  for (const name of Object.keys(raw.aliases ?? {})) {
    if (!Object.hasOwn(agents, name)) {
      complain(
        `aliases for an unknown agent “${printable(name)}”`,
        didYouMean(name, names, `known: ${names.join(', ')}`),
        ['aliases', name],
      );
    }
  }
  if (problems.length > 0) throw new Refusal(problems);

  return {
    root,
    hash,
    tasks: folder(raw.tasks, base.tasks),
    workspace: folder(raw.workspace, base.workspace),
    reports: folder(raw.reports, base.reports),
    ladder,
    agent: raw.agent ?? base.agent,
    agents,
    aliases: raw.aliases ?? {},
    groups,
    prompt: raw.prompt ?? null,
    verify: raw.verify === undefined || raw.verify === 'auto' ? 'auto' : checksOf(raw.verify),
    checkRetries: raw['check-retries'] ?? base.checkRetries,
    preflight: raw.preflight ?? [],
    isolation: raw.isolation ?? base.isolation,
    setup: raw.setup ?? [],
    setupKey: raw['setup-key'] ?? null,
    carry: { copy: raw.carry?.copy ?? [], link: raw.carry?.link ?? [] },
    repairs: raw.repairs ?? base.repairs,
    timeoutMs: ms(raw.timeout, base.timeoutMs),
    idleTimeoutMs: ms(raw['idle-timeout'], base.idleTimeoutMs),
    retries: raw.retries ?? base.retries,
    maxWaitMs: ms(raw['max-wait'], base.maxWaitMs),
    maxReopens: raw['max-reopens'] ?? base.maxReopens,
    budget: { task: budgetOf(raw.budget?.task), run: budgetOf(raw.budget?.run) },
    stubs: { gate: raw.stubs?.gate ?? 'error', ignore: raw.stubs?.ignore ?? [] },
    notify: raw.notify ?? null,
    launch: raw.launch ?? '',
  };
}
