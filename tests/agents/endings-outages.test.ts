import { endingsOf } from './endings.js';

for (const kind of ['claude', 'codex'] as const) endingsOf(kind, true);
