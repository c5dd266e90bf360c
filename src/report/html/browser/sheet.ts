/** One task in a sheet at the side: whatever names a task leads there, and `#task=NAME` can be kept and passed on. */
import { markup } from '../../markup.js';
import type { Model } from './model.js';
import { around, byId } from './page.js';
import { aboutTask, markOf } from './task.js';

const LINK = '#task=';

/** Listens; what is given opens the sheet of a task by its number. */
export function taskSheet(model: Model): (number: number) => void {
  const sheet = byId('sheet') as HTMLDialogElement;
  const body = sheet.querySelector('div');
  const show = (): void => {
    const name = location.hash.startsWith(LINK) ? nameIn(location.hash) : null;
    const task = name === null ? undefined : model.tasks[model.numberOf(name)];
    if (task === undefined || body === null) {
      sheet.close();
      return;
    }
    body.innerHTML =
      markup`<h3 id="sheet-name">${markOf(task.look)} <span class="name">${task.name}</span></h3>${aboutTask(task, model)}`.text;
    sheet.scrollTop = 0;
    if (!sheet.open) sheet.showModal();
  };
  const open = (name: string): void => {
    location.hash = LINK + encodeURIComponent(name);
  };
  addEventListener('hashchange', show);
  sheet.addEventListener('close', () => {
    // Told late: another task may have been opened meanwhile.
    if (sheet.open) return;
    // Not `#`: that would go to the top of the page.
    if (location.hash.startsWith(LINK)) history.replaceState(null, '', location.pathname + location.search);
  });
  sheet.addEventListener('click', (event) => {
    if (event.target === sheet && (event as MouseEvent).offsetX < 0) sheet.close();
  });
  document.addEventListener('click', (event) => {
    const name = around(event, '.timeline [data-task]')?.getAttribute('data-task');
    if (name != null) open(name);
  });
  show();
  return (number) => open(model.tasks[number]?.name ?? '');
}

function nameIn(hash: string): string | null {
  try {
    return decodeURIComponent(hash.slice(LINK.length));
  } catch {
    return null;
  }
}
