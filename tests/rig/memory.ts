/** What something takes of memory at its most: two of these are compared, as what is free to be used again comes and goes. */

/** Bytes that the whole process had in memory at most while it went on. */
export async function mostMemory(action: () => Promise<unknown>): Promise<number> {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage().rss);
  };
  const watching = setInterval(look, 20);
  try {
    await action();
  } finally {
    clearInterval(watching);
  }
  look();
  return most;
}
