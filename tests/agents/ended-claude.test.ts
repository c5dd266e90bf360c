import { endedOf } from './ended.js';

endedOf('claude');
