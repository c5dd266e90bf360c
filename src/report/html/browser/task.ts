/** All about one task, as markup: in a row of the table, and in the sheet. */
import { formatDuration, formatMoment, formatUsd } from '../../durations.js';
import { LOOK_WORD, type Look } from '../../graph/marks.js';
import { type Markup, markup } from '../../markup.js';
import type { TextAt, WireAttempt } from '../wire.js';
import type { Model, Task } from './model.js';

export function markOf(look: Look): Markup {
  return markup`<svg class="${`mark s-${look}`}" aria-hidden="true"><use href="${`#m-${look}`}"/></svg>`;
}

/** The rungs it was attempted on, each named once where several attempts were made on it. */
export function pathOf({ tries = [] }: Task, model: Model): string {
  const rungs = tries.map(([rung]) => model.text(rung));
  return rungs.filter((rung, at) => rung !== rungs[at - 1]).join('\u00a0→ ');
}

/** A link to a file of the project, from where the page lies. */
function fileLink(path: string, text: string, model: Model): Markup {
  const href = model.wire.root + path.split('/').map(encodeURIComponent).join('/');
  return markup`<a href="${href}">${text}</a>`;
}

function taskLink(number: number, model: Model): Markup | null {
  const task = model.tasks[number];
  if (task === undefined) return null;
  return markup`<li>${markOf(task.look)} <a class="task" href="${`#task=${encodeURIComponent(task.name)}`}">${task.name}</a> <span class="quiet">${LOOK_WORD[task.look]}</span></li>`;
}

const row = (name: string, value: string | Markup | null): Markup | null =>
  value === null || value === '' ? null : markup`<dt>${name}</dt><dd>${value}</dd>`;

function section(heading: string, items: readonly (Markup | null)[]): Markup | null {
  const there = items.filter((item) => item !== null);
  return there.length === 0 ? null : markup`<h4>${heading}</h4><ul>${there}</ul>`;
}

const listed = (texts: readonly TextAt[] = [], model: Model): Markup[] =>
  texts.map((at) => markup`<li>${model.text(at)}</li>`);

/** Everything the page knows of a task, but for its name. */
export function aboutTask(task: Task, model: Model): Markup {
  const { text } = model;
  // Told by its last attempt already?
  const why = task.why === task.tries?.at(-1)?.[4] ? '' : text(task.why);
  const checks = (task.checks ?? []).map(([check, ms, redBefore, flaky]) => {
    const notes = `${redBefore ? ', red before' : ''}${flaky ? ', flaky: red, then green on the same tree' : ''}`;
    return markup`<li><code>${text(check)}</code> <span class="quiet">${formatDuration(ms)}${notes}</span></li>`;
  });
  const commands = (task.commands ?? []).map(
    ([what, command]) =>
      markup`<h4>${`${text(what).charAt(0).toUpperCase()}${text(what).slice(1)}`}</h4><div class="command"><code>${text(command)}</code><button type="button" class="copy">Copy</button></div>`,
  );
  const isDone = task.look === 'done' || task.look === 'unverified';
  const verified = checks.length === 0 && isDone ? [markup`<li class="quiet">nothing</li>`] : checks;
  return markup`<div class="about-task">
    ${text(task.title) === '' ? null : markup`<p class="quiet">${text(task.title)}</p>`}
    <dl>${[
      row('State', markup`${markOf(task.look)} ${LOOK_WORD[task.look]}`),
      row('Task file', fileLink(text(task.file), text(task.file), model)),
      row('Group', text(task.group)),
      row('Layer', text(task.layer)),
      row('Stopped or done on', text(task.rung)),
      row('Took', task.ms === undefined ? null : formatDuration(task.ms)),
      row('Cost', task.usd === undefined ? null : formatUsd(task.usd)),
      row('Finished', task.finished === undefined ? null : formatMoment(text(task.finished))),
      row('Escalations', task.climbs === undefined ? null : String(task.climbs)),
      row('Reopened', task.reopened === undefined ? null : `${task.reopened}×`),
      row('Evidence', text(task.evidence)),
    ].filter((one) => one !== null)}</dl>
    ${why === '' ? null : markup`<blockquote>${why}</blockquote>`}
    ${attempts(task, model)}
    ${section('Verified', verified)}
    ${section('Claimed, not verified', listed(task.claimed, model))}
    ${section('Findings', listed(task.findings, model))}
    ${section('Left as stubs', listed(task.stubs, model))}
    ${section('Changed', listed(task.changed, model))}
    ${commands}
    ${section(
      'Depends on',
      (task.needs ?? []).map((number) => taskLink(number, model)),
    )}
    ${section(
      'Needed by',
      task.neededBy.slice(0, 100).map((number) => taskLink(number, model)),
    )}
  </div>`;
}

function attempts({ tries = [], attempts: all = 0 }: Task, model: Model): Markup | null {
  if (tries.length === 0) return null;
  const earlier =
    all > tries.length ? markup`<p class="quiet">${all - tries.length} earlier ones in report.json</p>` : null;
  return markup`<h4>Attempts</h4>${earlier}<ol>${tries.map((one) => attempt(one, model))}</ol>`;
}

function attempt([rung, outcome, ms, usd, reason, by, record]: WireAttempt, model: Model): Markup {
  const { text } = model;
  const cost = usd === null ? '' : `, ${formatUsd(usd)}`;
  const who = by === -1 ? '' : `, ${text(by)}`;
  const path = text(record);
  const links =
    record === -1
      ? null
      : markup` · ${fileLink(`${path}.prompt.md`, 'prompt', model)} · ${fileLink(`${path}.log`, 'transcript', model)}`;
  const said = reason === -1 ? null : markup`<blockquote>${text(reason)}</blockquote>`;
  return markup`<li><code>${text(rung)}</code> ${text(outcome)} <span class="quiet">after ${formatDuration(ms)}${cost}${who}</span>${links}${said}</li>`;
}
