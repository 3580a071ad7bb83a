import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPage } from '../../../src/runtime/report/page.ts';
import { readRun } from '../../../src/runtime/report/read-run.ts';
import {
  expectKeyboard,
  expectPrints,
  expectReadable,
  hasChromium,
  LOOKS,
  launchChromium,
  opened,
} from '../../browser.ts';
import { drawnShards, type FixtureOptions, writeRun } from './run-fixture.ts';

describe.skipIf(!hasChromium('the report'))('the report in Chromium', () => {
  let browser: Browser;
  let folder = '';
  const write = async (name: string, options: FixtureOptions) => {
    const context = await writeRun(join(folder, name), options);
    const data = await readRun(context);
    const shards = drawnShards(
      context,
      data.index.map(({ slice }) => slice),
    );
    await writeFile(join(folder, `${name}.html`), await renderPage({ ...data, noPictures: null, shards }));
  };
  const at = (name: string) => join(folder, `${name}.html`);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ichor-browser-'));
    await write('large', { train: 12, validation: 24, test: 2, synthetic: true, intervals: true });
    await write('small', { train: 6, validation: 5, test: 1, synthetic: true, smoke: true });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(LOOKS)(
    'opens from disk at %i px, %s: no error, no request, no sideways scroll, readable',
    async (...look) => {
      for (const name of ['large', 'small']) {
        const page = await opened(browser, at(name), look);
        await expectReadable(page);
        await page.close();
      }
      const page = await opened(browser, at('large'), look);
      const counts = await page.evaluate(COUNTS);
      expect(counts.images).toBeGreaterThan(8);
      expect(counts.plots).toBeGreaterThan(10);
      await page.close();
    },
  );

  it.each(LOOKS)('is read by keyboard at %i px, %s', async (...look) => {
    const page = await opened(browser, at('large'), look);
    await expectKeyboard(page);
    await page.close();
  });

  it('starts with a link to the results', async () => {
    const page = await opened(browser, at('large'), LOOKS[0]);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#results');
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#results$/);
    await page.close();
  });

  it('shows the curves of one label at a time, chosen by the arrow keys, without a script', async () => {
    const page = await opened(browser, at('large'), LOOKS[0]);
    const shown = () => page.evaluate(PANELS);
    const before = (await shown()) as string[];
    expect(before).toEqual(['any']);
    await page.focus('#label-0');
    await page.keyboard.press('ArrowRight');
    const after = (await shown()) as string[];
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    await page.close();
  });

  it('prints: a PDF, every label and every detail on paper', async () => {
    const page = await opened(browser, at('large'), LOOKS[0]);
    await expectPrints(page);
    await page.close();
  });
});

/** These run in the page. Texts, because this project's types know no browser. */
const COUNTS = `({
  images: document.images.length,
  plots: [...document.querySelectorAll('svg')].filter((svg) => svg.checkVisibility() && svg.getClientRects().length > 0).length,
})` as unknown as () => { images: number; plots: number };
const PANELS = `[...document.querySelectorAll('.panel')].filter((panel) => panel.checkVisibility()).map((panel) => panel.querySelector('.panel-title').textContent)`;
