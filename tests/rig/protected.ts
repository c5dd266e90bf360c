/** A project whose attempt is about to begin, small enough to look at what is protected from it, and how. */
import './git-settings.js';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultConfig } from '../../src/config.js';
import { protect } from '../../src/inspect/tampering.js';
import type { Finding } from '../../src/record/receipt.js';
import { inFolder } from './folder.js';

export const OWN = '# Task: own\n\n- [ ] `make check` passes\n';
export const FILES: Record<string, string> = {
  'tasks/own.md': OWN,
  'tasks/other.md': '# Task: other\n',
  'tasks/done.md': '# Task: done\n',
  'tasks/done.done': '{"committed": true}\n',
  'tasks/sub/deep.md': '# Task: deep\n',
  'tasks/sub/deep.done': '{"never": "committed"}\n',
  'stepladder.yaml': 'repairs: 2\n',
  '.stepladder/journal.jsonl': '{"type":"run-started"}\n',
};

export interface Place {
  readonly dir: string;
  /** What was put back and found, as `severity file: message`. */
  readonly after: () => string[];
  write(file: string, text: string): void;
  read(file: string): string | null;
}

export function git(dir: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir, stdio: 'pipe' });
}

/** A project whose attempt is about to begin; `before` may still change it. */
export async function during(body: (place: Place) => void, before: (place: Place) => void = () => {}): Promise<void> {
  await inFolder((dir) => {
    let putBack: (() => Finding[]) | null = null;
    const place: Place = {
      dir,
      after: () => (putBack?.() ?? []).map(({ severity, file, message }) => `${severity} ${file}: ${message}`),
      write(file, text) {
        mkdirSync(dirname(join(dir, file)), { recursive: true });
        writeFileSync(join(dir, file), text);
      },
      read: (file) => (existsSync(join(dir, file)) ? readFileSync(join(dir, file), 'utf8') : null),
    };
    for (const [file, text] of Object.entries(FILES)) place.write(file, text);
    git(dir, 'init', '-q');
    git(dir, 'add', 'tasks/done.done', 'tasks/done.md', 'stepladder.yaml');
    git(dir, 'commit', '-qm', 'start');
    before(place);
    const config = defaultConfig(dir);
    const ws = { root: dir, gitDir: join(dir, '.git'), commonDir: join(dir, '.git'), keptSuffix: '' };
    putBack = protect({
      config,
      task: { name: 'own', file: 'tasks/own.md' },
      names: ['own', 'sub/deep', 'linked/far'],
      run: 'r1',
      ws,
      taskText: OWN,
    });
    body(place);
  });
}
