/** How a task stands now: kept where inspection can ask for it too. */
export { readSource, receiptFile, receiptSource, standingNow, touchReceipt, workNow } from '../record/stands.js';
