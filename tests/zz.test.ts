import { landingOf, noteAttempt, repository } from './rig/repository.js';
import { recoverDead } from '../src/workspace/recover.js';
import { finishLandings } from '../src/workspace/landing.js';
const repo = repository({ files: { 'a.txt': 'a\n', 'tasks/one.md': 'x\n', 'tasks/two.md': 'x\n' } });
const t = (n: string, f: () => unknown) => { const a = performance.now(); const r = f(); process.stderr.write(`${n} ${(performance.now() - a).toFixed(1)} ms\n`); return r; };
for (const task of ['one', 'two']) {
  process.stderr.write(`== ${task}\n`);
  const ws: any = t('open', () => repo.open());
  t('finish', () => finishLandings(ws, repo.root)); t('recover', () => recoverDead(ws, repo.root));
  t('dirty', () => ws.dirty());
  const s: any = t('snapshot', () => ws.snapshot());
  noteAttempt(repo, task, s);
  repo.write('a.txt', task); repo.write(`${task}.js`, 'x');
  t('fold', () => ws.foldCommits(s));
  t('strays', () => ws.setAsideStrays(task, s, []));
  t('changes', () => ws.changesSince(s));
  const l = landingOf(repo, ws, task, s);
  t('land', () => l.land());
}
repo.dispose();
