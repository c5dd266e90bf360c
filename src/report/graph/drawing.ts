/**
 * Where the tasks of a backlog stand in its drawing. This folder: layout and SVG of the task graph, all of it done here,
 * ahead of time; a browser only shows it.
 */
import type { TaskState } from '../shape.js';

/** A task as it is drawn. */
export interface GraphTask {
  readonly name: string;
  readonly title: string;
  readonly group: string | null;
  readonly state: TaskState;
  readonly unverified: boolean;
  readonly depends: readonly string[];
}

/** In the drawing's own units, which are pixels at 100 %; x and y are of the upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Edge {
  /** Numbers of tasks: the dependency, and what needs it. */
  readonly from: number;
  readonly to: number;
  readonly points: readonly Point[];
}

export interface Drawing {
  /** `map`: one mark a task, without names and edges. */
  readonly kind: 'dagre' | 'layers' | 'map';
  readonly width: number;
  readonly height: number;
  /** One for each task, in the order given. */
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  /** Dependencies that are not drawn, as a longer way implies them. */
  readonly implied: number;
}

export const NODE_HEIGHT = 26;
export const MARGIN = 16;
/** Between the tasks of one column, and between columns. */
export const GAP = 8;
export const COLUMN_GAP = 56;
/** Of the longest label; what is longer is cut. */
export const LONGEST_LABEL = 30;
const CHARACTER = 7;
const BESIDES = 36;

/** How wide the box of a task is: its label in a monospaced face of 11.5 pixels, its mark, some air. */
export function boxWidth(name: string): number {
  return BESIDES + Math.min(name.length, LONGEST_LABEL) * CHARACTER;
}

/** Where an edge leaves a box, and where it arrives at one. */
export function right(box: Box | undefined): Point {
  return box === undefined ? { x: 0, y: 0 } : { x: box.x + box.width, y: box.y + box.height / 2 };
}

export function left(box: Box | undefined): Point {
  return box === undefined ? { x: 0, y: 0 } : { x: box.x, y: box.y + box.height / 2 };
}
