import { byId } from './page.js';

const THEMES: readonly string[] = ['', 'light', 'dark'];
const WORDS: readonly string[] = ['as the system', 'light', 'dark'];
const KEY = 'stepladder-theme';

/** Light, dark, or as the system has it; kept where the browser keeps anything for files. */
export function themeButton(): void {
  const button = byId('theme');
  const word = button.querySelector('span');
  let at = Math.max(0, THEMES.indexOf(kept()));
  const apply = (): void => {
    const theme = THEMES[at] ?? '';
    if (theme === '') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    if (word !== null) word.textContent = WORDS[at] ?? '';
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    at = (at + 1) % THEMES.length;
    apply();
    keep(THEMES[at] ?? '');
  });
  apply();
}

function kept(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing for files: the theme holds until the page is closed.
  }
}
