/** TypeScript and TSX: JavaScript with types. Overloads, interfaces and abstract methods have no body and are not seen. */
import type { Profile } from '../profile.js';
import { javascript, scriptQuery, scriptTests } from './javascript.js';

export const typescript: Profile = {
  ...javascript,
  name: 'typescript',
  extensions: ['.ts', '.tsx', '.mts', '.cts'],
  grammar: (file) => (file.endsWith('x') ? 'tsx' : 'typescript'),
  query: `${scriptQuery('public_field_definition', 'name').replaceAll('body: (_) @body) @function', 'return_type: (_)? @result body: (_) @body) @function')}
    (abstract_class_declaration name: (_) @name (class_heritage)? @bases body: (_) @body) @container
    (internal_module name: (_) @name body: (_) @body) @container`,
  testQuery: scriptTests,
  abstract: ({ head, file }) => file.endsWith('.d.ts') || /\babstract\s/.test(head),
  demanded: ({ bases, head }) =>
    /\bextends\s+(?!(?:\w+\.)?(?:EventEmitter|EventTarget|\w*Error)\b)/.test(bases) ||
    /\b(?:override|get)\s/.test(head),
};
