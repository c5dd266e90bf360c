/** What a child of a run prints is shown in whole lines, however busy whoever shows it is. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { handOn } from '../src/orchestrate/child-output.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('child output');

/** Keeps this process from everything else. */
const holdUp = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a line whose end comes while we are held up is one line', () =>
  inFolder(async (dir) => {
    const script = 'printf "one "; until [ -e go ]; do sleep 0.01; done; echo two; : > printed';
    const child = spawn('sh', ['-c', script], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    const closed = new Promise((resolve) => child.once('close', resolve));
    handOn(child, { stdout: 'pipe', stderr: 'inherit', line: (text) => lines.push(text) });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    writeFileSync(join(dir, 'go'), '');
    while (!existsSync(join(dir, 'printed'))) holdUp(10);
    // Longer than the end of a line is waited for.
    holdUp(1100);
    await closed;
    assert.equal(lines, ['one two']);
  }));
