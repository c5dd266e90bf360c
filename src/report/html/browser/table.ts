/** The table of all tasks: sorted by any column, a row opened to all about its task, rows made as they are scrolled to. */
import { formatDuration, formatUsd } from '../../durations.js';
import { gist } from '../../gist.js';
import { LOOK_WORD } from '../../graph/marks.js';
import { type Markup, markup } from '../../markup.js';
import type { Shown } from './filter.js';
import { byUrgency, type Model, type Task } from './model.js';
import { around, byId } from './page.js';
import { aboutTask, markOf, pathOf } from './task.js';

interface Column {
  readonly id: string;
  readonly name: string;
  readonly kind: '' | 'num' | 'state' | 'path' | 'why' | 'name';
  /** What sorts it; the more interesting end first where it is a number. */
  order(a: Task, b: Task): number;
  cell(task: Task): Markup | string;
}

/** Made at once, and then whenever the end comes near. */
const ROWS = 150;
const MOST_PRINTED = 2000;

const collator = new Intl.Collator('en', { numeric: true });

function columnsOf(model: Model): Column[] {
  const { text, tasks } = model;
  const number = (
    id: string,
    name: string,
    value: (task: Task) => number | undefined,
    word: (value: number) => string = String,
  ): Column => ({
    id,
    name,
    kind: 'num',
    order: (a, b) => (value(b) ?? -1) - (value(a) ?? -1),
    cell: (task) => (value(task) === undefined ? '' : word(value(task) ?? 0)),
  });
  const words = (id: string, name: string, kind: Column['kind'], value: (task: Task) => string): Column => ({
    id,
    name,
    kind,
    order: (a, b) => Number(value(a) === '') - Number(value(b) === '') || collator.compare(value(a), value(b)),
    cell: (task) => value(task),
  });
  const state: Column = {
    id: 'state',
    name: 'State',
    kind: 'state',
    order: byUrgency,
    cell: (task) => markup`${markOf(task.look)} ${LOOK_WORD[task.look]}`,
  };
  const name: Column = {
    ...words('task', 'Task', 'name', (task) => task.name),
    cell: (task) =>
      markup`<button type="button" aria-expanded="false" data-t="${task.number}">${task.name}</button>${text(task.title) === '' ? null : markup`<small>${text(task.title)}</small>`}`,
  };
  const any = (has: (task: Task) => boolean): boolean => tasks.some(has);
  return [
    state,
    name,
    {
      ...words('why', 'Reason', 'why', (task) => reasonOf(task, model)),
      cell: (task) => markup`<span>${gist(reasonOf(task, model), 140)}</span>`,
    },
    ...(any((task) => task.group !== undefined) ? [words('group', 'Group', '', (task) => text(task.group))] : []),
    words('path', 'Path', 'path', (task) => pathOf(task, model)),
    number('attempts', 'Attempts', (task) => task.attempts),
    number('climbs', 'Escalations', (task) => task.climbs),
    ...(any((task) => task.reopened !== undefined) ? [number('reopened', 'Reopened', (task) => task.reopened)] : []),
    number('took', 'Took', (task) => task.ms, formatDuration),
    ...(any((task) => task.usd !== undefined) ? [number('cost', 'Cost', (task) => task.usd, formatUsd)] : []),
    words('evidence', 'Evidence', '', (task) => text(task.evidence)),
    number('claimed', 'Claimed', (task) => task.claimed?.length),
  ];
}

/** Why it is not done. What is done had its troubles, too: they stand with its attempts. */
function reasonOf(task: Task, { text }: Model): string {
  if (task.look === 'done' || task.look === 'unverified') return '';
  if (task.why !== undefined) return text(task.why);
  const reason = task.tries?.findLast((one) => one[4] !== -1)?.[4];
  return text(reason);
}

/** Makes the table; what is given shows only what a filter leaves. */
export function showTable(model: Model): (shown: Shown) => void {
  const box = byId('table');
  const columns = columnsOf(model);
  let sorted = { id: 'state', back: false };
  let shown: Shown = null;
  let rows: Task[] = [];
  const head = columns.map(
    ({ id, name, kind }) =>
      markup`<th scope="col" class="${kind}" data-column="${id}" aria-sort="none"><button type="button">${name}</button></th>`,
  );
  box.innerHTML =
    markup`<table><caption class="hidden">All tasks; the buttons in the head sort, those in the rows open a task</caption><thead><tr>${head}</tr></thead><tbody></tbody></table>`.text;
  const body = box.querySelector('tbody');
  if (body === null) return () => undefined;

  const rowOf = (task: Task): Markup =>
    markup`<tr>${columns.map(({ kind, cell }) => markup`<td class="${kind}">${cell(task)}</td>`)}</tr>`;
  const more = (count: number): void => {
    const made = body.querySelectorAll('tr:not(.more)').length;
    body.insertAdjacentHTML(
      'beforeend',
      rows
        .slice(made, made + count)
        .map((task) => rowOf(task).text)
        .join(''),
    );
  };
  const draw = (): void => {
    const column = columns.find(({ id }) => id === sorted.id);
    const wanted = model.tasks.filter(({ number }) => shown === null || shown[number]);
    rows = wanted.sort((a, b) => (column?.order(a, b) ?? 0) * (sorted.back ? -1 : 1) || a.number - b.number);
    for (const th of box.querySelectorAll('th[data-column]')) {
      const is = th.getAttribute('data-column') === sorted.id;
      // Numbers begin with the greatest.
      const down = th.classList.contains('num') !== sorted.back;
      th.setAttribute('aria-sort', is ? (down ? 'descending' : 'ascending') : 'none');
    }
    body.innerHTML = rows.length === 0 ? `<tr><td colspan="${columns.length}">No task is like that.</td></tr>` : '';
    box.scrollTop = 0;
    more(ROWS);
  };
  const toggle = (button: Element): void => {
    const task = model.tasks[Number(button.getAttribute('data-t'))];
    const row = button.closest('tr');
    if (task === undefined || row === null) return;
    const isOpen = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!isOpen));
    row.classList.toggle('open', !isOpen);
    if (isOpen) row.nextElementSibling?.remove();
    else {
      const about = markup`<tr class="more"><td colspan="${columns.length}">${aboutTask(task, model)}</td></tr>`;
      row.insertAdjacentHTML('afterend', about.text);
    }
  };
  box.addEventListener('scroll', () => {
    if (box.scrollTop + box.clientHeight > box.scrollHeight - 600) more(ROWS);
  });
  box.addEventListener('click', (event) => {
    const opener = around(event, 'button[data-t]');
    const id = around(event, 'th')?.getAttribute('data-column');
    if (opener !== null) toggle(opener);
    else if (id != null) {
      sorted = { id, back: sorted.id === id && !sorted.back };
      draw();
    }
  });
  addEventListener('beforeprint', () => more(MOST_PRINTED));
  return (now) => {
    shown = now;
    draw();
  };
}
