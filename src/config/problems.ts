/** Turns what the JSON Schema found wrong with stepladder.yaml into diagnostics that underline the text. */
import type { ErrorObject } from 'ajv';
import { type Document, isMap, isNode, isPair, isScalar } from 'yaml';
import { CONFIG_FILE } from '../config.js';
import { type Diagnostic, didYouMean, type Place, printable } from '../diagnostic.js';

type Path = readonly (string | number)[];

/** `/agents/demo/kind` → ['agents', 'demo', 'kind'] (RFC 6901). */
function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Where a value (or, with `key`, the key of that name in it) stands in the file. */
export function placeOf(document: Document, path: Path, key?: string): Place {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (key !== undefined && isMap(node)) {
    for (const item of node.items) {
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
  const value: unknown = path.length === 0 ? document.toJS() : document.getIn(path);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `“${printable(String(value))}”`
    : 'this';
}

/** One schema error as a diagnostic; null for those that only repeat what a deeper one says. */
export function schemaProblem(error: ErrorObject, document: Document): Diagnostic | null {
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
      return error.schemaPath.includes('duration') && typeof document.getIn(path) === 'number'
        ? say(`${name} is no duration: ${valueAt(document, path)}`, 'write a number and a unit: 90s, 15m, 6h')
        : say(
            `${name} must be ${wanted(params.type)}`,
            params.type === 'array' && typeof document.getIn(path) === 'string'
              ? `write it as a list: [${printable(String(document.getIn(path)))}]`
              : `write it as ${wanted(params.type)}, or leave it out for the default`,
          );
    case 'enum': {
      const allowed = Array.isArray(params.allowedValues) ? params.allowedValues.map(String) : [];
      const near = didYouMean(String(document.getIn(path)), allowed, `one of: ${allowed.join(', ')}`);
      return say(`${name} cannot be ${valueAt(document, path)}`, near);
    }
    case 'pattern':
      return error.schemaPath.includes('duration')
        ? say(`${name} is no duration: ${valueAt(document, path)}`, 'write a number and a unit: 90s, 15m, 6h')
        : say(
            `${name} is no amount: ${valueAt(document, path)}`,
            'write a number, with k or M for thousands or millions: 500k, 2M',
          );
    case 'required':
      return say(`${name} lacks “${String(params.missingProperty)}”`, `add ${String(params.missingProperty)}: … to it`);
    case 'oneOf':
    case 'if':
    case 'const':
    case 'propertyNames':
      return error.keyword === 'propertyNames'
        ? say(
            `“${printable(String(params.propertyName))}” cannot be an agent's name`,
            'use letters, digits, - and _',
            placeOf(document, path, String(params.propertyName)),
          )
        : null;
    default:
      return say(
        `${name} ${error.message ?? 'is wrong'}`,
        `see the description of ${path[0] ?? 'the file'} in docs/configuration.md`,
      );
  }
}
