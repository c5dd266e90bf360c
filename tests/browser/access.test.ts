/** WCAG AA as far as a program can tell: axe-core over the whole page, light and dark, with everything open. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { busyBacklog } from '../rig/busy-backlog.js';
import { Story } from '../rig/story.js';
import { assert, suite } from '../rig/suite.js';
import { withReport } from './opening.js';

const test = suite('browser: access');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** `skip-link` takes every link that is scrolled out of sight in a box for one. */
const RULES: RunOptions = {
  rules: { 'skip-link': { enabled: false } },
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const result = await page.evaluate<AxeResults, RunOptions>(
    (rules) => (globalThis as unknown as { axe: { run(rules: RunOptions): Promise<AxeResults> } }).axe.run(rules),
    RULES,
  );
  assert.ok(result.passes.length > 20, 'axe looked at the page');
  return result.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`)
        .join(' | ')}`,
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const size of [150, 1000]) {
    test(
      `${size} tasks, ${colorScheme}: the page, its rows opened, and the sheet of a task`,
      () =>
        withReport(
          busyBacklog(size),
          async (page) => {
            for (const at of [0, 4, 12]) await page.locator('#table td.name button').nth(at).click();
            await page.evaluate(() => {
              for (const details of document.querySelectorAll('details')) details.open = true;
            });
            assert.equal(await violations(page), []);
            await page.locator('#graph a').first().click();
            await page.locator('#sheet h3').waitFor();
            assert.equal(await violations(page), []);
          },
          { colorScheme },
        ),
      { timeoutMs: 400_000 },
    );
  }
}

test('everything that is done by mouse has a place among the tab stops, in the order of the page', () =>
  withReport(busyBacklog(150), async (page) => {
    const stops: string[] = [];
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(() => document.activeElement?.id || document.activeElement?.closest('[id]')?.id || ''),
      );
    }
    const seen = [...new Set(stops)];
    for (const id of ['theme', 'waiting', 'summary']) assert.ok(seen.includes(id), `${id} among ${seen.join(' ')}`);
    assert.equal(
      ['theme', 'waiting', 'summary'].map((id) => seen.indexOf(id)),
      ['theme', 'waiting', 'summary'].map((id) => seen.indexOf(id)).sort((a, b) => a - b),
    );
  }));

test('a narrow window needs no scrolling sideways', () =>
  withReport(
    busyBacklog(150),
    async (page) => {
      const [page_, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok((page_ ?? 0) <= (view ?? 0), `${page_} in ${view}`);
    },
    { width: 360 },
  ));

test('few rungs are drawn no larger than many, and no label of the timeline is cut off', () =>
  withReport(
    new Story().task('a').step('a', [{ rung: 'sonnet/thinking', outcome: 'done', ms: 20_400 }]),
    async (page) => {
      const [drawn, natural] = await page.evaluate(() => {
        const flow = document.querySelector('svg.flow');
        return [flow?.getBoundingClientRect().width, Number(flow?.getAttribute('width'))];
      });
      assert.ok((drawn ?? 0) > 0 && (drawn ?? 0) <= (natural ?? 0), `${drawn} of ${natural}`);
      const over = await page.evaluate(() => {
        const edge = document.querySelector('svg.timeline')?.getBoundingClientRect().right ?? 0;
        const labels = [...document.querySelectorAll('svg.timeline text.tick')];
        return labels
          .filter((label) => label.getBoundingClientRect().right > edge)
          .map(({ textContent }) => textContent);
      });
      assert.equal(over, []);
    },
    { width: 1400 },
  ));
