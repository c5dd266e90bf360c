import { endingsOf } from './endings.js';

endingsOf('claude', false);
