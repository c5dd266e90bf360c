import { around, say } from './page.js';

/** Commands can be copied by a button; where the clipboard is kept from us, they are selected to be copied by hand. */
export function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>('.copy')) button.hidden = false;
  document.addEventListener('click', (event) => {
    const code = around(event, '.copy')?.parentElement?.querySelector('code');
    if (code) void copy(code);
  });
}

async function copy(code: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    say('Copied');
  } catch {
    getSelection()?.selectAllChildren(code);
    say('Selected: copy it with the keyboard');
  }
}
