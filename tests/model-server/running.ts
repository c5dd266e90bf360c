/** A model server for the length of a test, which fails where the script was not played to its end. */
import { ModelServer } from './server.js';
import type { Scripted, Turn } from './turns.js';

export async function withServer(
  script: readonly (Turn | Scripted)[],
  cwd: string,
  body: (server: ModelServer) => Promise<void>,
): Promise<void> {
  const server = await ModelServer.start(script, cwd);
  try {
    await body(server);
    server.played();
  } catch (error) {
    console.log(`the model server was asked:\n${server.log()}`);
    throw error;
  } finally {
    await server.stop();
  }
}
