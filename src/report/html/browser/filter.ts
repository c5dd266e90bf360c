/** Search, states and group, for graph and table alike. */
import type { Model, Task } from './model.js';
import { byId } from './page.js';

/** Which tasks are wanted, by number; null where all are. */
export type Shown = readonly boolean[] | null;

/** Listens to the form, and tells at once and at every change. */
export function filterTasks(model: Model, tell: (shown: Shown) => void): void {
  const form = document.querySelector<HTMLElement>('.filter');
  const hits = document.querySelector('.hits');
  if (form === null) return;
  form.hidden = false;
  const search = byId('search') as HTMLInputElement;
  const group = document.getElementById('group') as HTMLSelectElement | null;
  const update = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const looks = new Set(
      [...form.querySelectorAll<HTMLInputElement>('input[name=look]:checked')].map(({ value }) => value),
    );
    const wanted = group?.value ?? '';
    const matches = (task: Task): boolean =>
      words.every((word) => task.words.includes(word)) &&
      (looks.size === 0 || looks.has(task.look)) &&
      (wanted === '' || (task.group === undefined ? wanted === 'none' : wanted === `=${model.text(task.group)}`));
    const isAll = words.length === 0 && looks.size === 0 && wanted === '';
    const shown = isAll ? null : model.tasks.map(matches);
    const count = shown === null ? model.tasks.length : shown.filter(Boolean).length;
    if (hits !== null) hits.textContent = isAll ? '' : `${count} of ${model.tasks.length}`;
    tell(shown);
  };
  form.addEventListener('input', update);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || search.value === '') return;
    search.value = '';
    update();
  });
  update();
}
