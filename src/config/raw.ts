/** stepladder.yaml as written: YAML that the JSON Schema has passed, not yet resolved. */
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, parseDocument } from 'yaml';
import schema from '../../schema/stepladder.schema.json';
import { type AgentConfig, CONFIG_FILE, type Config } from '../config.js';
import { type Diagnostic, Refusal } from '../diagnostic.js';
import { schemaProblem } from './problems.js';

export interface RawBudget {
  usd?: number;
  tokens?: number | string;
}
export type RawCheck = string | { run: string; timeout?: string; when?: 'step' | 'landing' };
interface RawGroup {
  ladder?: string[];
  agent?: string;
  verify?: RawCheck[];
  prompt?: string | null;
  timeout?: string;
  budget?: RawBudget | null;
}
/** stepladder.yaml after the schema has passed it. */
export interface RawConfig {
  tasks?: string;
  workspace?: string;
  reports?: string;
  ladder?: string[];
  agent?: string;
  agents?: Record<string, Partial<Omit<AgentConfig, 'name' | 'kind'>> & Pick<AgentConfig, 'kind'>>;
  aliases?: Record<string, Record<string, string>>;
  groups?: Record<string, RawGroup | null>;
  prompt?: string | null;
  verify?: 'auto' | RawCheck[];
  'check-retries'?: number;
  preflight?: string[];
  isolation?: Config['isolation'];
  setup?: string[];
  repairs?: number;
  timeout?: string;
  'idle-timeout'?: string;
  retries?: number;
  'max-wait'?: string;
  'max-reopens'?: number;
  budget?: { task?: RawBudget | null; run?: RawBudget | null };
  stubs?: { gate?: 'error' | 'warn' | 'off'; ignore?: string[] };
  notify?: string | null;
  launch?: string;
}

/**
 * Parses and checks the text of stepladder.yaml.
 * @throws Refusal with every problem that YAML or the schema finds
 */
export function readRaw(text: string): { raw: RawConfig; document: Document } {
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  if (document.errors.length > 0) {
    throw new Refusal(
      document.errors.map((error) => ({
        severity: 'error',
        message: `this is not YAML: ${error.message.split('\n')[0] ?? ''}`,
        place: { file: CONFIG_FILE, start: error.pos[0], end: error.pos[1] },
        remedy: 'mend the line; quote values that hold “: ”, “#” or begin with a special sign',
      })),
    );
  }
  const raw: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strict: true, strictRequired: false });
  const validate = ajv.compile<RawConfig>(schema);
  if (validate(raw)) return { raw, document };
  const errors: ErrorObject[] = validate.errors ?? [];
  const problems: Diagnostic[] = [];
  for (const error of errors) {
    const problem = schemaProblem(error, document);
    // Alternatives of the schema fail one by one at the same place: the first says enough.
    if (problem && !problems.some((p) => p.place?.start === problem.place?.start)) problems.push(problem);
  }
  throw new Refusal(
    problems.length > 0
      ? problems
      : {
          severity: 'error',
          message: `${CONFIG_FILE} is wrong: ${ajv.errorsText(errors)}`,
          place: { file: CONFIG_FILE },
        },
  );
}
