/** report.html as a person uses it: by mouse and by keyboard, opened from disk. */
import type { Page } from 'playwright-core';
import { busyBacklog } from '../rig/busy-backlog.js';
import { assert, suite } from '../rig/suite.js';
import { withReport } from './opening.js';

const test = suite('browser: the page used');

const NAMES = '#table td.name button';
const names = (page: Page): Promise<string[]> => page.locator(NAMES).allInnerTexts();
const sheetName = (page: Page): Promise<string> => page.locator('#sheet h3 .name').innerText();
/** The browser opens and closes it a moment after what was done. */
const sheetGone = (page: Page): Promise<void> => page.locator('#sheet').waitFor({ state: 'hidden' });
const column = (page: Page, at: number): Promise<string[]> =>
  page.locator(`#table tbody td:nth-child(${at})`).allInnerTexts();

test('search leaves the same tasks in table and graph, and says how many', () =>
  withReport(busyBacklog(150), async (page) => {
    await page.locator('#search').fill('stream credentials');
    const left = await names(page);
    assert.ok(left.length > 0 && left.length < 20);
    for (const name of left) assert.match(name, /^stream-credentials-/);
    assert.is(await page.locator('#graph a:not(.off)').count(), left.length);
    assert.is(await page.locator('.hits').innerText(), `${left.length} of 150`);
    await page.locator('#search').press('Escape');
    assert.is(await page.locator('#graph a.off').count(), 0);
    await page.locator('#search').fill('nothing is called that');
    assert.is(await page.locator('#table tbody').innerText(), 'No task is like that.');
  }));

test('states and groups filter by keyboard alone', () =>
  withReport(busyBacklog(150), async (page) => {
    await page.locator('input[name=look][value=failed]').focus();
    await page.keyboard.press('Space');
    const states = await column(page, 1);
    assert.ok(states.length > 0);
    for (const state of states) assert.is(state.trim(), 'failed');
    await page.locator('input[name=look][value=blocked]').press('Space');
    assert.equal([...new Set((await column(page, 1)).map((state) => state.trim()))], ['failed', 'blocked']);
    await page.locator('input[name=look][value=failed]').press('Space');
    await page.locator('input[name=look][value=blocked]').press('Space');
    await page.locator('#group').selectOption('=Google');
    const shown = await names(page);
    assert.is(await page.locator('.hits').innerText(), `${shown.length} of 150`);
    assert.is(await page.locator('#graph a:not(.off)').count(), shown.length);
  }));

test('every column sorts, one way and then the other, and says which', () =>
  withReport(busyBacklog(150), async (page) => {
    const head = page.locator('#table th[data-column=climbs]');
    await head.locator('button').click();
    assert.is(await head.getAttribute('aria-sort'), 'descending');
    const at = await page
      .locator('#table th')
      .evaluateAll((all) => all.findIndex((th) => th.getAttribute('data-column') === 'climbs'));
    const most = (await column(page, at + 1)).map(Number);
    assert.equal(
      most,
      [...most].sort((a, b) => b - a),
    );
    assert.is(most[0], 2);
    await head.locator('button').press('Enter');
    assert.is(await head.getAttribute('aria-sort'), 'ascending');
    await page.locator('#table th[data-column=task] button').click();
    const sorted = await names(page);
    assert.equal(sorted, [...sorted].sort(new Intl.Collator('en', { numeric: true }).compare));
    assert.is(await page.locator('#table th[aria-sort=ascending]').count(), 1);
    const fonts = await page
      .locator('#table th button')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).fontFamily));
    assert.is(new Set(fonts).size, 1, fonts.join());
  }));

test('a row opens to all about its task: attempts, reasons, what was verified, links into the record', () =>
  withReport(busyBacklog(150), async (page) => {
    await page.locator('#search').fill('test-credentials-3');
    const button = page.locator(NAMES).first();
    await button.press('Enter');
    assert.is(await button.getAttribute('aria-expanded'), 'true');
    const about = page.locator('#table tr.more');
    const text = await about.innerText();
    for (const words of [
      'Attempts',
      'Verified',
      'make check',
      'Claimed, not verified',
      'the wording is friendly',
      'Changed',
      'git show',
    ]) {
      assert.ok(text.includes(words), `missing ${words} in ${text}`);
    }
    const transcript = await about.getByText('transcript').first().getAttribute('href');
    assert.is(transcript, '../.stepladder/tasks/test-credentials-3/_attempts/20251224-090000-000-a1b2c3-1.log');
    await button.press('Enter');
    assert.is(await about.count(), 0);
  }));

test('a click on a task of the graph opens it, Escape closes it, and the place is kept', () =>
  withReport(busyBacklog(150), async (page) => {
    const node = page.locator('#graph a.s-failed').first();
    const name = await node.locator('text').textContent();
    await node.click();
    assert.is(await sheetName(page), name);
    await page.waitForURL(({ hash }) => hash === `#task=${name}`);
    await page.keyboard.press('Escape');
    await sheetGone(page);
    await page.waitForFunction(() => !location.hash.startsWith('#task'));
  }));

test('the graph is walked through by arrow keys, zoomed by keys, and Enter opens the task', () =>
  withReport(busyBacklog(150), async (page) => {
    const graph = page.locator('#graph');
    await graph.focus();
    await page.keyboard.press('ArrowRight');
    const first = await page.locator('#graph-here').innerText();
    assert.match(first, 'waiting for you');
    await page.keyboard.press('ArrowLeft');
    const second = await page.locator('#graph-here').innerText();
    assert.is.not(second, first);
    assert.is(await page.locator('#graph a.here').count(), 1);
    assert.ok((await page.locator('#graph .tie').count()) > 0);
    await page.keyboard.press('Enter');
    assert.is(await sheetName(page), second.split(':')[0]);
    await page.keyboard.press('Escape');
    await sheetGone(page);
    const width = () => page.locator('#graph > svg').getAttribute('width').then(Number);
    const before = await width();
    await graph.focus();
    await page.keyboard.press('+');
    assert.ok((await width()) > before);
    await page.keyboard.press('0');
    assert.is(await page.locator('.tools .percent').innerText(), '100%');
  }));

test('the mouse zooms by buttons and wheel, and drags without opening anything', () =>
  withReport(busyBacklog(1000), async (page) => {
    const graph = page.locator('#graph');
    await graph.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    const width = () => page.locator('#graph > svg').getAttribute('width').then(Number);
    const whole = await width();
    await page.getByRole('button', { name: 'Fit' }).click();
    assert.ok((await width()) < whole / 4);
    await page.locator('[data-zoom="0"]').click();
    assert.is(await width(), whole);
    await graph.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    const box = await graph.boundingBox();
    assert.ok(box);
    if (!box) return;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, 200);
    await page.keyboard.up('Control');
    await page.waitForFunction((w) => Number(document.querySelector('#graph > svg')?.getAttribute('width')) < w, whole);
    const left = await graph.evaluate((element) => element.scrollLeft);
    await page.mouse.down();
    await page.mouse.move(x + 120, y - 40, { steps: 4 });
    await page.mouse.up();
    assert.is(await graph.evaluate((element) => element.scrollLeft), left - 120);
    assert.is(await page.evaluate(() => location.hash), '', 'no task was opened');
    assert.not.ok(await page.locator('#sheet').isVisible());
  }));

test('a link that names a task opens it at once; one that names none opens nothing', () =>
  withReport(busyBacklog(150), async (page) => {
    const url = page.url();
    await page.goto(`${url}#task=verify-status-bar-116`);
    assert.is(await sheetName(page), 'verify-status-bar-116');
    const other = page.locator('#sheet a.task').first();
    const name = await other.innerText();
    await other.click();
    await page.locator('#sheet h3 .name', { hasText: name }).waitFor();
    await page.goto(`${url}#task=%E0%A4%A`);
    await sheetGone(page);
  }));

test('a command is copied as it stands', () =>
  withReport(busyBacklog(150), async (page) => {
    const command = page.locator('#waiting .command').first();
    // It is said for a moment only.
    const said = page.locator('.said', { hasText: 'Copied' }).waitFor();
    await Promise.all([said, command.getByRole('button', { name: 'Copy' }).click()]);
    const text = await command.locator('code').textContent();
    assert.is(await page.evaluate(() => navigator.clipboard.readText()), text);
    assert.match(text ?? '', /^stepladder answer /);
  }));

test('light and dark: as the system has it, or as the switch says, also next time', () =>
  withReport(
    busyBacklog(150),
    async (page) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await ground();
      const button = page.locator('#theme');
      await button.click();
      assert.is(await button.innerText(), 'Theme: light');
      const light = await ground();
      assert.is.not(light, dark);
      await page.reload();
      assert.is(await ground(), light);
      await button.click();
      assert.is(await ground(), dark);
    },
    { colorScheme: 'dark' },
  ));

test('ten thousand tasks: searched, sorted, opened from the map, rows made as they are scrolled to', () =>
  withReport(busyBacklog(10_000), async (page) => {
    const rows = () => page.locator('#table tbody tr').count();
    const first = await rows();
    assert.ok(first < 500);
    await page.locator('#table').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.waitForFunction((n) => document.querySelectorAll('#table tbody tr').length > n, first);
    await page.locator('#search').fill('task 7006');
    assert.is(await page.locator('.hits').innerText(), '1 of 10000');
    await page.locator('#search').fill('');
    await page.locator('#graph').evaluate((element) => element.scrollIntoView({ block: 'center' }));
    await page.locator('#graph').focus();
    await page.keyboard.press('ArrowDown');
    assert.match(await page.locator('#graph-here').innerText(), 'waiting for you');
    const circle = await page.locator('#graph .ties circle').boundingBox();
    assert.ok(circle);
    if (!circle) return;
    await page.mouse.click(circle.x + circle.width / 2, circle.y + circle.height / 2);
    const here = await page.locator('#graph-here').innerText();
    assert.is(await sheetName(page), here.split(':')[0]);
  }));

test('in print there is no control, and every row', () =>
  withReport(busyBacklog(300), async (page) => {
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.is(await page.locator('#table tbody tr').count(), 300);
    for (const control of ['nav.sections', '.filter', '.tools', '#theme']) {
      assert.not.ok(await page.locator(control).isVisible(), control);
    }
    assert.ok((await page.pdf()).length > 10_000);
  }));
