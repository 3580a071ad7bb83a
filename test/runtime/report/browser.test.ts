import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderPage } from '../../../src/runtime/report/page.ts';
import { readRun } from '../../../src/runtime/report/read-run.ts';
import { describeInChromium, expectReadable, itIsSound, LOOKS } from '../../browser.ts';
import { drawnShards, type FixtureOptions, writeRun } from './run-fixture.ts';

async function write(folder: string, name: string, options: FixtureOptions): Promise<void> {
  const context = await writeRun(join(folder, name), options);
  const data = await readRun(context);
  const shards = drawnShards(
    context,
    data.index.map(({ slice }) => slice),
  );
  await writeFile(join(folder, `${name}.html`), await renderPage({ ...data, noPictures: null, shards }));
}

describeInChromium(
  'the report',
  async (folder) => {
    await write(folder, 'large', { train: 12, validation: 24, test: 2, synthetic: true, intervals: true });
    await write(folder, 'small', { train: 6, validation: 5, test: 1, synthetic: true, smoke: true });
  },
  (chromium) => {
    const { open } = chromium;
    // No error, no request, no sideways scroll: what `open` and `itIsSound` hold of every page.
    itIsSound(chromium, 'large.html');

    it.each(LOOKS)('of few patients is readable too at %i px, %s', async (...look) => {
      const page = await open('small.html', look);
      await expectReadable(page);
      await page.close();
    });

    it('has its pictures and plots', async () => {
      const page = await open('large.html');
      const counts = await page.evaluate(COUNTS);
      expect(counts.images).toBeGreaterThan(8);
      expect(counts.plots).toBeGreaterThan(10);
      await page.close();
    });

    it('starts with a link to the results', async () => {
      const page = await open('large.html');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#results');
      await page.keyboard.press('Enter');
      expect(page.url()).toMatch(/#results$/);
      await page.close();
    });

    it('shows the curves of one label at a time, chosen by the arrow keys, without a script', async () => {
      const page = await open('large.html');
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
  },
);

/** These run in the page. Texts, because this project's types know no browser. */
const COUNTS = `({
  images: document.images.length,
  plots: [...document.querySelectorAll('svg')].filter((svg) => svg.checkVisibility() && svg.getClientRects().length > 0).length,
})` as unknown as () => { images: number; plots: number };
const PANELS = `[...document.querySelectorAll('.panel')].filter((panel) => panel.checkVisibility()).map((panel) => panel.querySelector('.panel-title').textContent)`;
