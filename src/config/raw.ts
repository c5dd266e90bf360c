/** stepladder.yaml as written: YAML that the JSON Schema has passed, not yet resolved. */
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, parseDocument } from 'yaml';
import schema from '../../schema/stepladder.schema.json';
import { type AgentConfig, CONFIG_FILE, type Config } from '../config.js';
import { type Diagnostic, EXIT, printable, Refusal, refuse } from '../diagnostic.js';
import { aliasProblems } from './anchors.js';
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
  'setup-key'?: string[];
  carry?: { copy?: string[]; link?: string[] };
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

/** What the file stands for. @throws Refusal for what only shows when it is put together, such as a merge of no mapping */
function standsFor(document: Document): unknown {
  try {
    // How often an alias is used does no harm: how much all of them stand for was looked at.
    return document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refuse(`${CONFIG_FILE} cannot be read: ${printable(why)}`, 'write it in simpler YAML', EXIT.usage, {
      file: CONFIG_FILE,
    });
  }
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
  const unread = aliasProblems(document);
  if (unread.length > 0) throw new Refusal(unread);
  const raw = standsFor(document) ?? {};
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strict: true, strictRequired: false });
  const validate = ajv.compile<RawConfig>(schema);
  if (validate(raw)) return { raw, document };
  const errors: ErrorObject[] = validate.errors ?? [];
  const problems: Diagnostic[] = [];
  // Alternatives of the schema fail one by one at the same place: one says enough, and least of all that another would do.
  const ofType = (error: ErrorObject): boolean => error.keyword === 'type';
  for (const error of [...errors.filter((one) => !ofType(one)), ...errors.filter(ofType)]) {
    const problem = schemaProblem(error, document);
    if (problem && !problems.some((p) => p.place?.start === problem.place?.start)) problems.push(problem);
  }
  problems.sort((a, b) => (a.place?.start ?? 0) - (b.place?.start ?? 0));
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
