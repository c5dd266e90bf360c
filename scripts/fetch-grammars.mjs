// Fetches the Tree-sitter grammars named in vendor/grammars/manifest.json from their official npm packages again, and
// verifies the checksums there. To add one: an entry with `"sha256": ""`, then `node scripts/fetch-grammars.mjs --pin`,
// which writes the checksum of what came. Nothing at build or run time needs the network.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const vendor = join(dirname(fileURLToPath(import.meta.url)), '..', 'vendor', 'grammars');
const manifestFile = join(vendor, 'manifest.json');
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
const pin = process.argv.includes('--pin');
const scratch = mkdtempSync(join(tmpdir(), 'stepladder-grammars-'));

/** Unpacks a package of the registry and returns its folder; two grammars may come from one package. */
const unpacked = new Map();
function unpack({ package: name, version }) {
  const id = `${name}@${version}`;
  if (!unpacked.has(id)) {
    const folder = mkdtempSync(join(scratch, 'package-'));
    const file = execFileSync('npm', ['pack', '--silent', id], { cwd: folder, encoding: 'utf8' }).trim();
    execFileSync('tar', ['xzf', file], { cwd: folder });
    unpacked.set(id, join(folder, 'package'));
  }
  return unpacked.get(id);
}

try {
  for (const grammar of manifest) {
    const folder = unpack(grammar);
    const wasm = readFileSync(join(folder, grammar.wasm));
    const sha256 = createHash('sha256').update(wasm).digest('hex');
    if (pin && grammar.sha256 === '') grammar.sha256 = sha256;
    if (sha256 !== grammar.sha256) {
      throw new Error(
        `${grammar.package} ${grammar.version}: ${grammar.wasm} has sha256 ${sha256}, the manifest says ${grammar.sha256}`,
      );
    }
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length, [constants.BROTLI_PARAM_LGWIN]: 24 };
    writeFileSync(join(vendor, `${grammar.name}.wasm.br`), brotliCompressSync(wasm, { params }));
    copyFileSync(join(folder, 'LICENSE'), join(vendor, `${grammar.name}.LICENSE`));
    console.log(`${grammar.name}: ${grammar.package} ${grammar.version}, ${wasm.length} bytes`);
  }
  if (pin) writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
