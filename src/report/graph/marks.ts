/**
 * What a state looks like: a colour and a shape, so that nobody has to tell red from green. Used by the page, by the
 * script in it and by the drawings that stand alone.
 */
import { type Markup, markup } from '../markup.js';
import type { TaskState } from '../shape.js';

/** A state as it is shown: done is one thing where it was verified and another where nothing was. */
export type Look = TaskState | 'unverified';

/** In the order in which they are listed: what needs a person first, what needs nobody last. */
export const LOOKS: readonly Look[] = [
  'waiting',
  'failed',
  'blocked',
  'interrupted',
  'running',
  'pending',
  'deferred',
  'unverified',
  'done',
];

export const LOOK_WORD: Readonly<Record<Look, string>> = {
  waiting: 'waiting for you',
  failed: 'failed',
  blocked: 'blocked',
  interrupted: 'interrupted',
  running: 'running',
  pending: 'pending',
  deferred: 'deferred',
  unverified: 'done, unverified',
  done: 'done',
};

/** Of text and marks, on a light and on a dark ground; each has a contrast of at least 4.5 to its ground and its tint. */
export const COLOUR: Readonly<Record<Look, readonly [light: string, dark: string]>> = {
  waiting: ['#8a5300', '#e8b84a'],
  failed: ['#b3261e', '#ff8a80'],
  blocked: ['#a03c0a', '#f4915a'],
  interrupted: ['#6a3fb5', '#bfa2f7'],
  running: ['#0b5cad', '#6fb6ff'],
  pending: ['#5a606a', '#a7aeb8'],
  deferred: ['#0d6470', '#5cd0da'],
  unverified: ['#3d6b4a', '#93c9a4'],
  done: ['#1a6b3a', '#56c983'],
};

/** How a state of a task is shown. */
export function lookOf(task: { readonly state: TaskState; readonly unverified: boolean }): Look {
  return task.state === 'done' && task.unverified ? 'unverified' : task.state;
}

const CIRCLE = 'm-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z';
const RING = `${CIRCLE}m1.6 0a3.4 3.4 0 1 1 6.8 0a3.4 3.4 0 1 1-6.8 0z`;

/** The shape about a middle, as path data that follows an `M x y`; and what is cut out of it, about 0 0. */
const SHAPE: Readonly<Record<Look, readonly [outline: string, glyph: string]>> = {
  done: [CIRCLE, 'M-2.5.2-.8 2 2.6-1.8'],
  unverified: [RING, ''],
  deferred: ['m-5-5h10v10h-10zm1.6 1.6v6.8h6.8v-6.8z', ''],
  failed: ['m-5-5h10v10h-10z', 'M-2.2-2.2 2.2 2.2M2.2-2.2-2.2 2.2'],
  blocked: ['m0-6 6 6-6 6-6-6z', 'M-2.5 0h5'],
  waiting: ['m0-5.5 6 10.5h-12z', 'M0-1.8V1.4M0 3v.6'],
  interrupted: ['m-5-5h3.6v10h-3.6zm6.4 0h3.6v10h-3.6z', ''],
  running: ['m-4-5.5 9.5 5.5-9.5 5.5z', ''],
  pending: ['m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0z', ''],
};

/** The shape of a state about a point, without what is cut out of it. */
export function outline(look: Look, x: number, y: number): string {
  return `M${x} ${y}${SHAPE[look][0]}`;
}

/** The mark itself, about 0 0; coloured by `currentColor` and, where it is cut out, by the class `cut`. */
export function mark(look: Look): Markup {
  const [shape, glyph] = SHAPE[look];
  const body = markup`<path d="${`M0 0${shape}`}" fill="currentColor" fill-rule="evenodd"/>`;
  return glyph === '' ? body : markup`${body}<path class="cut" d="${glyph}" fill="none" stroke-width="1.6"/>`;
}

/** All marks as symbols, `#m-done` and so on: drawn once, used by every place that shows one. */
export function markSymbols(): Markup {
  const symbols = LOOKS.map((look) => markup`<symbol id="${`m-${look}`}" viewBox="-7 -7 14 14">${mark(look)}</symbol>`);
  return markup`${symbols}`;
}

/** Colours as the variables `--done` and so on, for a page whose `color-scheme` says which of the two is meant. */
export function colourVariables(): string {
  return LOOKS.map((look) => `--${look}: light-dark(${COLOUR[look].join(', ')});`).join(' ');
}
