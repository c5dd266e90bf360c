/** The size of the drawing in its box, which scrolls as every box does: by wheel, touch, bars and dragging. */
interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Zoom {
  /** One step in (1) or out (-1), or to 100 % (0). */
  step(by: number): void;
  fit(): void;
  /** Whole where names can still be read, else at full size around what matters most. */
  begin(around: Point): void;
  /** Scrolls as little as is needed to show a place of the drawing. */
  reveal(point: Point): void;
  /** Whether the last press of the mouse was no click. */
  wasDragged(): boolean;
}

const LEAST = 0.02;
const MOST = 3;
const STEP = 1.25;
const READABLE = 0.8;
/** Pixels after which a press is no click any more. */
const DRAG = 4;
const EDGE = 60;

export function zooming(box: HTMLElement, svg: SVGSVGElement): Zoom {
  const { width, height } = svg.viewBox.baseVal;
  const percent = document.querySelector('.tools .percent');
  let scale = 1;
  const whole = (): number => Math.min(box.clientWidth / width, Math.max(box.clientHeight, 200) / height, 1);
  /** @param x, y the place in the box that stays where it is, in pixels */
  const set = (wanted: number, x = box.clientWidth / 2, y = box.clientHeight / 2): void => {
    const next = Math.min(MOST, Math.max(LEAST, wanted));
    const [left, top] = [(box.scrollLeft + x) / scale, (box.scrollTop + y) / scale];
    scale = next;
    svg.setAttribute('width', String(Math.ceil(width * scale)));
    svg.setAttribute('height', String(Math.ceil(height * scale)));
    box.scrollTo(left * scale - x, top * scale - y);
    if (percent !== null) percent.textContent = `${Math.round(scale * 100)}%`;
  };
  const isDragged = dragging(box);
  box.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = box.getBoundingClientRect();
      set(scale * Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
    },
    { passive: false },
  );
  return {
    step: (by) => set(by === 0 ? 1 : scale * STEP ** by),
    fit: () => set(whole()),
    begin({ x, y }) {
      const across = Math.min(1, box.clientWidth / width);
      set(across >= READABLE ? across : 1);
      // Zooming out must not let what stands below jump up.
      box.style.setProperty('--tall', `${box.offsetHeight}px`);
      box.scrollTo(x * scale - box.clientWidth / 2, y * scale - box.clientHeight / 2);
    },
    reveal({ x, y }) {
      const [left, top] = [x * scale, y * scale];
      const { scrollLeft, scrollTop, clientWidth, clientHeight } = box;
      const near = (at: number, from: number, size: number): number =>
        at < from + EDGE ? at - EDGE : at > from + size - EDGE ? at - size + EDGE : from;
      box.scrollTo(near(left, scrollLeft, clientWidth), near(top, scrollTop, clientHeight));
    },
    wasDragged: isDragged,
  };
}

function dragging(box: HTMLElement): () => boolean {
  let start: { x: number; y: number; left: number; top: number } | null = null;
  let dragged = false;
  box.addEventListener('pointerdown', (event) => {
    dragged = false;
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    start = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  });
  box.addEventListener('dragstart', (event) => event.preventDefault());
  addEventListener('pointermove', (event) => {
    if (start === null) return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    if (Math.abs(x) + Math.abs(y) > DRAG) dragged = true;
    box.classList.toggle('dragged', dragged);
    if (dragged) box.scrollTo(start.left - x, start.top - y);
  });
  addEventListener('pointerup', () => {
    start = null;
    box.classList.remove('dragged');
  });
  return () => dragged;
}
