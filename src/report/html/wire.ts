/**
 * What the page hands to its script: every task, compactly. Texts stand in one list, each once, and are named by their
 * place in it; what is absent is left out. Shared by the program, which packs, and the script, which reads.
 */
import type { Look } from '../graph/marks.js';

/** A place in `Wire.texts`. */
export type TextAt = number;

export interface Wire {
  readonly texts: readonly string[];
  readonly tasks: readonly WireTask[];
  /** From the page to the project's folder, as the beginning of a link: `../`. */
  readonly root: string;
  /** How the page shows the graph; with `map`, the place of each task is in `at`. */
  readonly graph: 'dagre' | 'layers' | 'map';
}

export interface WireTask {
  readonly name: string;
  readonly look: Look;
  readonly title: TextAt;
  readonly file: TextAt;
  readonly group?: TextAt;
  readonly layer?: TextAt;
  /** Numbers of tasks. */
  readonly needs?: readonly number[];
  readonly rung?: TextAt;
  readonly agent?: TextAt;
  readonly tries?: readonly WireAttempt[];
  /** How many attempts: more than `tries` tells where those of elsewhere are only counted. */
  readonly attempts?: number;
  readonly climbs?: number;
  readonly reopened?: number;
  readonly ms?: number;
  readonly usd?: number;
  readonly finished?: TextAt;
  /** `strong`, `weak`, `none`. */
  readonly evidence?: TextAt;
  /** Why it stands as it does, in a sentence. */
  readonly why?: TextAt;
  readonly checks?: readonly WireCheck[];
  readonly claimed?: readonly TextAt[];
  readonly findings?: readonly TextAt[];
  readonly stubs?: readonly TextAt[];
  readonly changed?: readonly TextAt[];
  /** Commands: each with what it does. */
  readonly commands?: readonly (readonly [what: TextAt, command: TextAt])[];
  /** The middle of its mark on the map. */
  readonly at?: readonly [x: number, y: number];
}

export type WireAttempt = readonly [
  rung: TextAt,
  outcome: TextAt,
  ms: number,
  usd: number | null,
  reason: TextAt | -1,
  /** Model or agent. */
  by: TextAt | -1,
  /** Where prompt and transcript lie. */
  record: TextAt | -1,
];

export type WireCheck = readonly [check: TextAt, ms: number, redBefore: 0 | 1, flaky: 0 | 1];
