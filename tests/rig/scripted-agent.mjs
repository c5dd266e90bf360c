// The agent of most tests: does what the first fitting rule of script.json says, and logs that it was started.
// usage: node scripted-agent.mjs FOLDER      (script.json is read there, log.jsonl written)
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = process.argv[2];
const log = join(folder, 'log.jsonl');
const env = process.env;
const task = env.STEPLADDER_TASK ?? '';
const rung = env.STEPLADDER_RUNG ?? '';
const attempt = Number(env.STEPLADDER_ATTEMPT);
const prompt = readFileSync(0, 'utf8');
// Others may be adding to it: the last line counts when all of it is there.
const earlier = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1).filter(Boolean) : [];
const nth = 1 + earlier.map((line) => JSON.parse(line)).filter((e) => e.event === 'start' && e.task === task).length;
const note = (event) => appendFileSync(log, `${JSON.stringify({ ...event, pid: process.pid, time: Date.now() })}\n`);
const names = Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'PATH'));
const receipts = existsSync('tasks')
  ? readdirSync('tasks', { recursive: true }).filter((file) => file.endsWith('.done'))
  : [];
note({ event: 'start', task, rung, attempt, nth, prompt, cwd: process.cwd(), env: names, receipts });

const rules = existsSync(join(folder, 'script.json'))
  ? JSON.parse(readFileSync(join(folder, 'script.json'), 'utf8'))
  : [];
const rule =
  rules.find(
    (r) =>
      (r.task === undefined || r.task === task) &&
      (r.rung === undefined || r.rung === rung) &&
      (r.attempt === undefined || r.attempt === attempt) &&
      (r.nth === undefined || r.nth === nth),
  ) ?? {};
const fill = (text) => text.replaceAll('%TASK%', task).replaceAll('%RUNG%', rung).replaceAll('%NTH%', String(nth));

const write =
  rule.write ??
  (Object.keys(rule).some(
    (key) => key === 'append' || key === 'run' || key === 'verdict' || key === 'exit' || key === 'remove',
  )
    ? {}
    : { 'work/%TASK%.txt': '%TASK% at %RUNG%, time %NTH%\n' });
for (const [path, text] of Object.entries(write)) {
  mkdirSync(dirname(fill(path)), { recursive: true });
  writeFileSync(fill(path), fill(text));
}
for (const [path, text] of Object.entries(rule.append ?? {})) {
  mkdirSync(dirname(fill(path)), { recursive: true });
  appendFileSync(fill(path), fill(text));
}
for (const path of rule.remove ?? []) rmSync(fill(path), { recursive: true, force: true });
if (rule.run !== undefined) spawnSync('sh', ['-c', fill(rule.run)], { stdio: ['ignore', 'inherit', 'inherit'] });
if (rule.sleepMs !== undefined) await sleep(rule.sleepMs);
if (rule.stdout !== undefined) process.stdout.write(fill(rule.stdout));
if (rule.stderr !== undefined) process.stderr.write(fill(rule.stderr));
const silent = rule.verdict === null || (rule.verdict === undefined && (rule.exit ?? 0) !== 0);
if (!silent) process.stdout.write(`${JSON.stringify(rule.verdict ?? { ok: true })}\n`);
note({ event: 'end', task, rung, attempt, nth });
process.exitCode = rule.exit ?? 0;
