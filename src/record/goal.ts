/** What a person types to go on. */

/**
 * A goal of Make as its Makefile names it: `make orchestrate`, or `make sl-orchestrate` where it includes stepladder.mk with
 * STEPLADDER_PREFIX. Make hands the prefix to all that it starts; who types a command of ours himself knows it.
 */
export function goal(name: string): string {
  return `make ${process.env.STEPLADDER_PREFIX ?? ''}${name}`;
}
