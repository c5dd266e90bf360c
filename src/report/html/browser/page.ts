/** Finding things in the page: what the templates put there is there. */

/** The element of that id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** The nearest element around an event's target that matches, within the page. */
export function around(event: Event, selector: string): Element | null {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

let silence: ReturnType<typeof setTimeout> | undefined;

/** Says something in passing, to eyes and screen readers alike. */
export function say(text: string): void {
  const said = document.querySelector('.said');
  if (said === null) return;
  said.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => {
    said.textContent = '';
  }, 2500);
}
