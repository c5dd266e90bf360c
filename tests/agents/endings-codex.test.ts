import { endingsOf } from './endings.js';

endingsOf('codex', false);
