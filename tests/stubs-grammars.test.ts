import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { stubDetector } from '../src/inspect/stubs/detector.js';
import { CHECKOUT } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('stub grammars');

interface Entry {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly licence: string;
  readonly sha256: string;
}

const vendor = join(CHECKOUT, 'vendor/grammars');
const manifest = JSON.parse(readFileSync(join(vendor, 'manifest.json'), 'utf8')) as readonly Entry[];

test('every vendored grammar is the one that its manifest names', () => {
  for (const { name, sha256 } of manifest) {
    const wasm = brotliDecompressSync(readFileSync(join(vendor, `${name}.wasm.br`)));
    assert.is(createHash('sha256').update(wasm).digest('hex'), sha256, name);
  }
});

test('nothing lies among the grammars that the manifest does not name', () => {
  const named = manifest.flatMap(({ name }) => [`${name}.LICENSE`, `${name}.wasm.br`]);
  assert.equal(readdirSync(vendor).sort(), [...named, 'manifest.json'].sort());
});

test('the built program carries grammars, runtime and licences', () => {
  const dist = join(CHECKOUT, 'dist');
  const notices = readFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  assert.ok(existsSync(join(dist, 'grammars/web-tree-sitter.wasm')));
  for (const grammar of manifest) {
    assert.ok(existsSync(join(dist, `grammars/${grammar.name}.wasm.br`)), grammar.name);
    assert.ok(notices.includes(`${grammar.package} ${grammar.version} (${grammar.licence})`), grammar.name);
  }
});

/** A function with nothing but its admission, in each language; the file's name chooses the grammar. */
const ADMISSIONS: Readonly<Record<string, string>> = {
  'a.c': 'int f(int a)\n{\n\t/* TODO */\n\treturn 0;\n}\n',
  'a.cpp': 'int A::f(int a) {\n  // TODO\n  return 0;\n}\n',
  'a.cs': 'class A {\n  int F(int a) { throw new NotImplementedException(); }\n}\n',
  'a.go': 'package a\n\nfunc F(a int) int {\n\tpanic("not implemented")\n}\n',
  'a.java': 'class A {\n  int f(int a) { throw new RuntimeException("not implemented"); }\n}\n',
  'a.js': 'export function f(a) {\n  throw new Error("not implemented");\n}\n',
  'a.py': 'def f(a):\n    # TODO\n    return 0\n',
  'a.rb': 'def f(a)\n  raise NotImplementedError, "not implemented yet"\nend\n',
  'a.rs': 'fn f(a: u8) -> u8 {\n    todo!()\n}\n',
  'a.ts': 'export const f = (a: number): number => {\n  throw new Error("not implemented");\n};\n',
  'a.tsx': 'export function F({ a }: P) {\n  // TODO\n  return <div>chart</div>;\n}\n',
};

for (const [file, source] of Object.entries(ADMISSIONS)) {
  test(`${file.slice(2)} is read by syntax, and its stub is certain`, async () => {
    const detector = stubDetector();
    try {
      const report = await detector.read(file, Buffer.from(source));
      assert.is(report.why, '');
      assert.equal(
        report.stubs.map(({ severity }) => severity),
        ['error'],
      );
    } finally {
      detector.close();
    }
  });
}
