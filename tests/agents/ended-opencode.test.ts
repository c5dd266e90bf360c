import { endedOf } from './ended.js';

endedOf('opencode');
