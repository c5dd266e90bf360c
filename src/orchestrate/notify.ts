/** `notify:` a person's own command, run when a run ends or first waits for a person. */
import { spawn } from 'node:child_process';
import type { Config } from '../config.js';
import type { ExitCode } from '../diagnostic.js';
import { cleanEnvironment } from '../record/environment.js';

/**
 * Runs it and waits for it; what it does is its own business. In its environment: STEPLADDER_EVENT (`ended`, `waiting`)
 * and STEPLADDER_EXIT, the exit code that the run has come to so far.
 */
export function notify(config: Config, event: 'ended' | 'waiting', exit: ExitCode): Promise<void> {
  if (config.notify === null) return Promise.resolve();
  const command = config.notify;
  return new Promise((resolve) => {
    const env = { ...cleanEnvironment(process.env), STEPLADDER_EVENT: event, STEPLADDER_EXIT: String(exit) };
    const child = spawn('sh', ['-c', command], { cwd: config.root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve());
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(`stepladder: warning: notify: ended with ${code}\n`);
      resolve();
    });
  });
}
