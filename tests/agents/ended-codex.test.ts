import { endedOf } from './ended.js';

endedOf('codex');
