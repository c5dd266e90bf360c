/** A function that does this and that and then always fails, saying that it is not implemented, is a stub all the same. */
import { stubDetector } from '../src/inspect/stubs/detector.js';
import { assert, suite } from './rig/suite.js';

const test = suite('stubs: bodies that always end in a marker');

/** The stubs of a text, as `symbol kind severity`. */
async function stubsOf(file: string, text: string): Promise<string[]> {
  const detector = stubDetector();
  const { stubs } = await detector.read(file, Buffer.from(text));
  detector.close();
  return stubs.map(({ symbol, kind, severity }) => `${symbol} ${kind} ${severity}`);
}

const CERTAIN: readonly (readonly [file: string, text: string, stub: string])[] = [
  ['a.py', 'def start(chat):\n    chat.open()\n    raise NotImplementedError("soon")\n', 'start'],
  [
    'b.py',
    'def run(jobs):\n    if not jobs:\n        return None\n    for job in jobs:\n        job.go()\n    raise RuntimeError("not implemented yet")\n',
    'run',
  ],
  [
    'a.c',
    'int start(struct s *s) {\n  if (s == NULL) return -EINVAL;\n  s->n = 1;\n  return ERR(NOT_IMPLEMENTED);\n}\n',
    'start',
  ],
  [
    'a.ts',
    "export class Client {\n  async open(url: string): Promise<Socket> {\n    this.state = 'opening';\n    await this.prepare(url);\n    throw new Error('Not implemented');\n  }\n}\n",
    'Client.open',
  ],
  [
    'a.go',
    'package a\n\nfunc Start(c *Client) error {\n\tc.mu.Lock()\n\tdefer c.mu.Unlock()\n\treturn errors.New("not implemented")\n}\n',
    'Start',
  ],
  [
    'a.rs',
    'pub fn start(c: &Client) -> Result<Stream, Error> {\n    let cfg = c.config()?;\n    tracing::info!("starting {cfg:?}");\n    Err(Error::NotImplemented)\n}\n',
    'start',
  ],
];

for (const [file, text, symbol] of CERTAIN) {
  test(`${file}: what comes before makes it no less of one`, async () => {
    assert.equal(await stubsOf(file, text), [`${symbol} not-implemented error`]);
  });
}

const PARTIAL: readonly (readonly [file: string, text: string, stub: string])[] = [
  [
    'd.py',
    'def dispatch(self, kind, x):\n    if kind == "a":\n        return self.a(x)\n    raise RuntimeError("kind not implemented: " + kind)\n',
    'dispatch',
  ],
  [
    'd.go',
    'package a\n\nfunc symbols(f *File) ([]Symbol, error) {\n\tswitch f.Class {\n\tcase 64:\n\t\treturn f.symbols64()\n\t}\n\treturn nil, errors.New("not implemented")\n}\n',
    'symbols',
  ],
  [
    'd.js',
    "export function* pages(source) {\n  for (const page of source) yield page;\n  throw new Error('paging backwards is not implemented');\n}\n",
    'pages',
  ],
];

for (const [file, text, symbol] of PARTIAL) {
  test(`${file}: one that gets somewhere before it lacks a branch only`, async () => {
    assert.equal(await stubsOf(file, text), [`${symbol} partial warning`]);
  });
}
