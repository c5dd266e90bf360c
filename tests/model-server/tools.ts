/** What a tool is called depends on the client: told by the tools that it offers in its request. */
import { isAbsolute, join } from 'node:path';
import type { Call } from './turns.js';

/** A call as the protocols carry it: a function with JSON, or (`custom`) a tool that takes text as it is. */
export type ToolCall =
  | { readonly form: 'function'; readonly name: string; readonly input: unknown }
  | { readonly form: 'custom'; readonly name: string; readonly input: string };

interface Offer {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly tools?: unknown;
}

function namesOf(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return (tools as Offer[]).flatMap((tool) =>
    Array.isArray(tool.tools) ? namesOf(tool.tools) : typeof tool.name === 'string' ? [tool.name] : [],
  );
}

/** Names of the tools that a request offers: beside the messages, or (Codex, newer models) as an item among them. */
export function offered(body: { readonly tools?: unknown; readonly input?: unknown }): string[] {
  const among = Array.isArray(body.input) ? (body.input as Offer[]).flatMap((item) => namesOf(item.tools)) : [];
  return [...namesOf(body.tools), ...among];
}

/** Whether this client takes a verdict by a tool of its own. */
export function takesVerdict(tools: readonly string[]): boolean {
  return tools.includes('StructuredOutput');
}

/** How long Codex is to wait for a command before it asks the model what it thinks of it: ten seconds else. */
const WAIT = { yield_time_ms: 30_000 };

/** Codex lets newer models write JavaScript that calls its tools: the text of the one tool it offers them. */
const script = (tool: string, input: unknown): ToolCall => ({
  form: 'custom',
  name: 'exec',
  input: `// @exec: ${JSON.stringify(WAIT)}\ntext(JSON.stringify(await tools.${tool}(${JSON.stringify(input)})));\n`,
});

function patch(path: string, text: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return [`*** Begin Patch`, `*** Add File: ${path}`, ...lines.map((line) => `+${line}`), '*** End Patch\n'].join('\n');
}

/**
 * The call in the words of the client that offers those tools.
 * @param cwd where files are written: paths are made absolute, as most clients want them
 */
export function inWordsOf(tools: readonly string[], call: Call, cwd: string): ToolCall {
  const has = (name: string): boolean => tools.includes(name);
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(cwd, path));
  const plain = (name: string, input: unknown): ToolCall => ({ form: 'function', name, input });
  switch (call.tool) {
    case 'named':
      return plain(call.name, call.input);
    case 'verdict':
      return plain('StructuredOutput', call.value);
    case 'shell': {
      const { command } = call;
      if (has('Bash')) return plain('Bash', { command, description: 'as scripted' });
      if (has('bash')) return plain('bash', { command, description: 'as scripted' });
      if (has('exec_command')) return plain('exec_command', { cmd: command, ...WAIT });
      if (has('exec')) return script('exec_command', { cmd: command, ...WAIT });
      break;
    }
    case 'write': {
      const { path, text } = call;
      if (has('Write')) return plain('Write', { file_path: absolute(path), content: text });
      if (has('write')) return plain('write', { filePath: absolute(path), content: text });
      if (has('exec')) return script('apply_patch', patch(path, text));
      if (has('apply_patch')) return { form: 'custom', name: 'apply_patch', input: patch(path, text) };
      break;
    }
  }
  throw new Error(`no tool of this client does “${call.tool}”: it offers ${tools.join(', ')}`);
}
