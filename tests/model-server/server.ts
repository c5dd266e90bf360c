/**
 * A model server that plays a script, on loopback, so that the real CLIs can be run without account, network or cost.
 * One script per server, one turn per request; it notes all that it is asked, and a request beyond the script's end is
 * answered with an error and makes `played()` throw.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as anthropic from './anthropic.js';
import * as responses from './responses.js';
import { inWordsOf, offered, type ToolCall, takesVerdict } from './tools.js';
import { type Answer, type Scripted, say, status, type Turn } from './turns.js';

/** A request as it came. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; null where there was none. */
  readonly body: Body | null;
  /** 1, 2, … for those that a turn of the script answered; null for all others. */
  readonly number: number | null;
}

/** What tests look at; everything else is there as well. */
export interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly tools?: unknown;
  readonly input?: unknown;
  readonly [key: string]: unknown;
}

const PROTOCOLS = { '/v1/messages': anthropic, '/v1/responses': responses } as const;
type Path = keyof typeof PROTOCOLS;

/** Null where the client was ended in the middle of asking: it has asked nothing. */
async function wholeBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    if (!request.complete) return null;
    throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}

export class ModelServer {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #script: { turn: Scripted['turn']; left: number }[];
  readonly #cwd: string;
  readonly #waiting = new Set<() => void>();
  #answered = 0;
  #beyond = 0;
  #broken: unknown = null;

  private constructor(script: readonly (Turn | Scripted)[], cwd: string) {
    this.#script = script.map((one) => ('turn' in one ? { turn: one.turn, left: one.times } : { turn: one, left: 1 }));
    this.#cwd = cwd;
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch((error: unknown) => {
        this.#broken = error;
        response.destroy();
      });
    });
  }

  /** @param cwd the folder in which the client works: files that it is told to write lie there */
  static async start(script: readonly (Turn | Scripted)[], cwd: string): Promise<ModelServer> {
    const made = new ModelServer(script, cwd);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  /** Such as `http://127.0.0.1:40001`, without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The requests that the script answered. */
  get turns(): readonly Asked[] {
    return this.asked.filter((one) => one.number !== null);
  }

  /** @throws where more or less was asked than the script holds (turns for all that come may be left), or it broke */
  played(): void {
    if (this.#broken !== null) throw this.#broken;
    if (this.#beyond > 0) throw new Error(`${this.#beyond} requests came after the script's end\n${this.log()}`);
    const left = this.#script.filter((one) => Number.isFinite(one.left));
    if (left.length > 0) throw new Error(`${left.length} turns of the script were not asked for\n${this.log()}`);
  }

  /** What is left of the script need not be asked for. */
  forget(): void {
    this.#script.length = 0;
  }

  /** Resolves once that many turns were asked for. */
  reached(turns: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#answered < turns) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Every request in a line. */
  log(): string {
    return this.asked
      .map((one) => `${one.number ?? '-'} ${one.method} ${one.path} ${one.body?.model ?? ''}`.trimEnd())
      .join('\n');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #next(): Turn {
    const first = this.#script[0];
    if (first === undefined) {
      this.#beyond += 1;
      // Not one of the errors that clients try again.
      return status(400, { message: 'the script of the model server is at its end' });
    }
    first.left -= 1;
    if (first.left === 0) this.#script.shift();
    return typeof first.turn === 'function' ? first.turn() : first.turn;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await wholeBody(request);
    if (text === null) return;
    const path = request.url ?? '/';
    const bare = path.replace(/\?.*/, '');
    const scripted = request.method === 'POST' && Object.hasOwn(PROTOCOLS, bare);
    if (scripted) this.#answered += 1;
    for (const look of this.#waiting) look();
    const number = scripted ? this.#answered : null;
    const headers = request.headers as Record<string, string>;
    const body = text.startsWith('{') ? (JSON.parse(text) as Body) : null;
    this.asked.push({ method: request.method ?? '', path, headers, body, number });
    if (number === null) {
      response.writeHead(request.method === 'HEAD' ? 200 : 404).end();
      return;
    }
    this.#play(this.#next(), bare as Path, body ?? {}, number, response);
  }

  #play(turn: Turn, path: Path, body: Body, number: number, response: ServerResponse): void {
    const json = { 'content-type': 'application/json' };
    switch (turn.kind) {
      case 'answer':
        this.#answer(turn, path, body, number, response);
        return;
      case 'status':
        response.writeHead(turn.status, { ...json, ...turn.headers }).end(PROTOCOLS[path].errorBody(turn));
        return;
      case 'raw':
        response.writeHead(turn.status, { 'content-type': turn.contentType }).end(turn.body);
        return;
      case 'drop':
      case 'stall': {
        if (turn.when === 'at-once') {
          if (turn.kind === 'drop') response.destroy();
          return;
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const begun = PROTOCOLS[path].events(say('Let me see'), [], body.model ?? 'none', number).slice(0, 2);
        response.write(begun.join(''), () => {
          if (turn.kind === 'drop') response.destroy();
        });
        return;
      }
    }
  }

  #answer(turn: Answer, path: Path, body: Body, number: number, response: ServerResponse): void {
    const tools = offered(body);
    const { answer, calls } = this.#fitted(turn, tools);
    const model = body.model ?? 'none';
    if (path === '/v1/messages' && body.stream !== true) {
      const head = { 'content-type': 'application/json', ...turn.headers };
      response.writeHead(200, head).end(anthropic.whole(answer, calls, model, number));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', ...turn.headers });
    response.end(PROTOCOLS[path].events(answer, calls, model, number).join(''));
  }

  /** Where the client has no tool for a verdict, it is the answer's text. */
  #fitted(turn: Answer, tools: readonly string[]): { answer: Answer; calls: ToolCall[] } {
    const spoken = turn.calls.find((call) => call.tool === 'verdict');
    if (spoken?.tool === 'verdict' && !takesVerdict(tools)) {
      const rest = turn.calls.filter((call) => call !== spoken);
      const answer = { ...turn, calls: rest, text: `${turn.text}${JSON.stringify(spoken.value)}` };
      return { answer, calls: rest.map((call) => inWordsOf(tools, call, this.#cwd)) };
    }
    return { answer: turn, calls: turn.calls.map((call) => inWordsOf(tools, call, this.#cwd)) };
  }
}
