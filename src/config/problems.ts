/** Turns what the JSON Schema found wrong with stepladder.yaml into diagnostics that underline the text. */
import type { ErrorObject } from 'ajv';
import { type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar } from 'yaml';
import { CONFIG_FILE } from '../config.js';
import { type Diagnostic, didYouMean, type Place, printable } from '../diagnostic.js';
import { parseAmount, parseDuration } from './duration.js';

type Path = readonly (string | number)[];

/** `/agents/demo/kind` → ['agents', 'demo', 'kind'] (RFC 6901). */
function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What an alias stands for; anything else is itself. */
const meant = (document: Document, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

/** What stands at a path: aliases on the way to it are followed, and one that stands there is told as it is. */
function nodeAt(document: Document, path: Path): unknown {
  let node: unknown = document.contents;
  for (const part of path) {
    const within = meant(document, node);
    if (!isCollection(within)) return undefined;
    node = within.get(part, true);
  }
  return node;
}

/** The text, number, … at a path; undefined for what holds others. */
function scalarAt(document: Document, path: Path): unknown {
  const node = meant(document, nodeAt(document, path));
  return isScalar(node) ? node.value : undefined;
}

/** Where a value (or, with `key`, the key of that name in it) stands in the file. */
export function placeOf(document: Document, path: Path, key?: string): Place {
  const node = nodeAt(document, path);
  const within = meant(document, node);
  if (key !== undefined && isMap(within)) {
    for (const item of within.items) {
      if (isPair(item) && isScalar(item.key) && String(item.key.value) === key && item.key.range) {
        return { file: CONFIG_FILE, start: item.key.range[0], end: item.key.range[1] };
      }
    }
  }
  const range = isNode(node) ? node.range : null;
  if (range) return { file: CONFIG_FILE, start: range[0], end: range[1] };
  return path.length === 0
    ? { file: CONFIG_FILE }
    : placeOf(document, path.slice(0, -1), String(path[path.length - 1]));
}

/** The part of the schema that describes an object, to know which names it allows: handed over by ajv (`verbose`). */
function allowedKeys(error: ErrorObject): string[] {
  const properties: unknown = error.parentSchema?.properties;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  object: 'a mapping (key: value)',
  array: 'a list',
  null: 'null',
};

function wanted(types: unknown): string {
  const list = Array.isArray(types) ? types : String(types).split(',');
  return list.map((type: unknown) => WANTED[String(type)] ?? String(type)).join(' or ');
}

function valueAt(document: Document, path: Path): string {
  const value = scalarAt(document, path);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `“${printable(String(value))}”`
    : 'this';
}

/** Message and remedy. */
type Words = readonly [message: string, remedy: string];

const nothing = (name: string, value: unknown): Words => [
  `${name} must be more than nothing, not “${printable(String(value))}”`,
  'write more, or leave it out',
];

/** For a text that is not of the form wanted: a duration, an amount, or a word. */
function badText({ schemaPath }: ErrorObject, name: string, value: unknown): Words {
  const shown = `“${printable(String(value))}”`;
  const text = String(value);
  if (schemaPath.includes('duration')) {
    if (parseDuration(text) === 0) return nothing(name, value);
    return [`${name} is no duration: ${shown}`, 'write a number and a unit: 90s, 15m, 6h'];
  }
  if (schemaPath.includes('tokens')) {
    if (parseAmount(text) === 0) return nothing(name, value);
    return [`${name} is no amount: ${shown}`, 'write a number, with k or M for thousands or millions: 500k, 2M'];
  }
  return [`${name} cannot be ${shown}`, 'use letters, digits, - and _'];
}

/** One schema error as a diagnostic; null for those that only repeat what a deeper one says. */
export function schemaProblem(error: ErrorObject, document: Document): Diagnostic | null {
  // What is wrong with a name is said of the name: `propertyNames`.
  if (error.propertyName !== undefined && error.keyword !== 'propertyNames') return null;
  const path = pointer(error.instancePath);
  const name = path.length === 0 ? CONFIG_FILE : path.join('.');
  const at = placeOf(document, path);
  const say = (message: string, remedy: string, place: Place = at): Diagnostic => ({
    severity: 'error',
    message,
    place,
    remedy,
  });
  const params: Record<string, unknown> = error.params;
  const value = scalarAt(document, path);
  if (error.keyword.endsWith('inimum') && value === 0) return say(...nothing(name, value));
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const allowed = allowedKeys(error);
      return say(
        `unknown setting “${printable(key)}”${path.length > 0 ? ` in ${name}` : ''}`,
        didYouMean(key, allowed, `known here: ${allowed.join(', ')}`),
        placeOf(document, path, key),
      );
    }
    case 'type':
      return error.schemaPath.includes('duration') && typeof value === 'number'
        ? say(`${name} is no duration: ${valueAt(document, path)}`, 'write a number and a unit: 90s, 15m, 6h')
        : say(
            `${name} must be ${wanted(params.type)}`,
            params.type === 'array' && typeof value === 'string'
              ? `write it as a list: [${printable(String(value))}]`
              : `write it as ${wanted(params.type)}, or leave it out for the default`,
          );
    case 'enum': {
      const allowed = Array.isArray(params.allowedValues) ? params.allowedValues.map(String) : [];
      const near = didYouMean(String(value), allowed, `one of: ${allowed.join(', ')}`);
      return say(`${name} cannot be ${valueAt(document, path)}`, near);
    }
    case 'pattern':
      return say(...badText(error, name, value));
    case 'required':
      return say(`${name} lacks “${String(params.missingProperty)}”`, `add ${String(params.missingProperty)}: … to it`);
    case 'propertyNames': {
      const key = String(params.propertyName);
      const [what, remedy] =
        name === 'groups'
          ? ['a group', 'write a glob over the names of tasks, or the name of a group']
          : ["an agent's name", 'use letters, digits, - and _'];
      const shown = key.length > 60 ? `${key.slice(0, 59)}…` : key;
      return say(`“${printable(shown)}” cannot be ${what}`, remedy, placeOf(document, path, key));
    }
    case 'oneOf':
    case 'if':
    case 'const':
      return null;
    default:
      return say(
        `${name} ${error.message ?? 'is wrong'}`,
        `see the description of ${path[0] ?? 'the file'} in docs/configuration.md`,
      );
  }
}
