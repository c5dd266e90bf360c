/** What a real agent printed, made fit to be kept: no paths, ports or ids of the machine, and no long lists of its own. */

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '00000000-0000-0000-0000-000000000000'],
  [/\b(ses|msg|prt)_[A-Za-z0-9]{20,}/g, '$1_0'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-01-02T03:04:05.678Z'],
  [/\brun=[0-9a-f]{8}\b/g, 'run=0'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:1'],
];
/** What only says what this version can do, and on what machine. */
const LEFT_OUT = new Set([
  'agents',
  'capabilities',
  'mcp_servers',
  'memory_paths',
  'messaging_socket_path',
  'plugins',
  'skills',
  'slash_commands',
  'terminal_slash_commands',
  'timestamp',
  'tools',
]);

function shortened(line: string): string {
  if (!line.startsWith('{')) return line;
  const value: unknown = JSON.parse(line);
  return JSON.stringify(value, (key, inner: unknown) => (LEFT_OUT.has(key) ? undefined : inner));
}

/** @param folder in which it was made */
export function scrubbed(transcript: string, folder: string): string {
  const lines = transcript.replaceAll(folder, '/project').split('\n').map(shortened);
  return REPLACED.reduce((text, [pattern, by]) => text.replace(pattern, by), lines.join('\n'));
}
