// An agent that a test drives step by step: it reports in over a unix socket, waits, and does as it is told.
// usage: node driven-agent.mjs SOCKET
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const prompt = readFileSync(0, 'utf8');
const socket = connect(process.argv[2]);
const say = (message) => socket.write(`${JSON.stringify(message)}\n`);
// The test is over: nothing to wait for.
socket.on('error', () => process.exit(99));
socket.on('close', () => process.exit(99));
const acts = {
  write({ path, text }) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
  remove: ({ path }) => rmSync(path, { recursive: true, force: true }),
  print: ({ text }) => process.stdout.write(text),
  stderr: ({ text }) => process.stderr.write(text),
  run: ({ command }) => spawnSync('sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'] }).status,
};
socket.on('connect', () => say({ pid: process.pid, cwd: process.cwd(), env: process.env, prompt }));
createInterface({ input: socket }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.act === 'exit') {
    process.exitCode = message.code;
    socket.removeAllListeners('close');
    socket.end();
    return;
  }
  try {
    say({ done: message.act, result: acts[message.act](message) ?? null });
  } catch (error) {
    say({ failed: String(error) });
  }
});
