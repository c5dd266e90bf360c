/** How much slower than alone this machine is now: 1 where it has nothing else to do, 4 where four times its cores are wanted. */
import { availableParallelism, loadavg } from 'node:os';

export const busy = (): number => Math.max(1, (loadavg()[0] ?? 1) / availableParallelism());

/** Begins to count; what is given tells the ms of the processor since: what else the machine has to do is no cost of ours. */
export function processorTime(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return Math.round((user + system) / 1000);
  };
}
