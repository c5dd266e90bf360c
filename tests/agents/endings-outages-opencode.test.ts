import { endingsOf } from './endings.js';

endingsOf('opencode', true);
