/** Which profile reads which file. A new language: its profile, and one line here. */
import { extname } from 'node:path';
import type { Profile } from './profile.js';
import { c } from './profiles/c.js';
import { cpp } from './profiles/cpp.js';
import { csharp } from './profiles/csharp.js';
import { go } from './profiles/go.js';
import { java } from './profiles/java.js';
import { javascript } from './profiles/javascript.js';
import { python } from './profiles/python.js';
import { ruby } from './profiles/ruby.js';
import { rust } from './profiles/rust.js';
import { typescript } from './profiles/typescript.js';

const PROFILES: readonly Profile[] = [c, cpp, csharp, go, java, javascript, python, ruby, rust, typescript];

const byExtension = new Map(
  PROFILES.flatMap((profile) => profile.extensions.map((extension) => [extension, profile] as const)),
);

export function profileOf(file: string): Profile | null {
  return byExtension.get(extname(file).toLowerCase()) ?? null;
}
