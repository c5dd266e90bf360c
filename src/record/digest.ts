/**
 * Hashes and chance. node:crypto takes 3 ms to load, a tenth of what an empty Node takes in all: it is looked up when it
 * is first needed, which in a step that has nothing to do is never.
 */

/** Hex sha256 of a text (its UTF-8). */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}

/** So many random bytes, in hex. */
export function randomHex(bytes: number): string {
  return process.getBuiltinModule('node:crypto').randomBytes(bytes).toString('hex');
}
