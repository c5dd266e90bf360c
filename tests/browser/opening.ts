/** Opens a report from disk in a real browser, and holds it to what every page must do: no error, no request. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { reportHtml } from '../../src/report/html.js';
import type { Story } from '../rig/story.js';
import { assert } from '../rig/suite.js';

export interface Opening {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
}

/** A busy machine is no failure: neither the browser nor what is waited for in it is given up on early. */
const PATIENCE_MS = 120_000;

/** Runs the body with the story's report opened from a folder of its own; the browser is closed whatever happens. */
export async function withReport(
  story: Story,
  body: (page: Page) => Promise<void>,
  options: Opening = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-page-'));
  let browser: Browser | null = null;
  try {
    const file = join(folder, 'report.html');
    writeFileSync(file, reportHtml(story.facts(), '../'));
    browser = await chromium.launch({
      executablePath: chromiumPath(),
      // Root has no sandbox to start it in.
      chromiumSandbox: process.getuid?.() !== 0,
      timeout: PATIENCE_MS,
    });
    const context = await browser.newContext({
      colorScheme: options.colorScheme ?? 'light',
      // Else a place that is measured may be moving still.
      reducedMotion: 'reduce',
      viewport: { width: options.width ?? 1280, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('console', (message) => wrong.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (request.url() !== `file://${file}`) wrong.push(`request: ${request.url().slice(0, 100)}`);
    });
    await page.goto(`file://${file}`);
    await body(page);
    assert.equal(wrong, []);
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Found by scripts/browser.mjs; a name of a program, or a path. */
function chromiumPath(): string {
  const named = process.env.STEPLADDER_TEST_CHROMIUM ?? 'chromium';
  if (named.includes('/')) return named;
  return execFileSync('sh', ['-c', 'command -v "$0"', named], { encoding: 'utf8' }).trim();
}
