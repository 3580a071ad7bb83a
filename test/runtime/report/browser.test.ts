import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HeatMaps } from '../../../src/runtime/artifacts/heat-maps.ts';
import { renderPage } from '../../../src/runtime/report/page.ts';
import { readRun } from '../../../src/runtime/report/read-run.ts';
import { describeInChromium, expectReadable, itIsSound, LOOKS, seenOn } from '../../browser.ts';
import { drawnShards, type FixtureOptions, writeRun } from './run-fixture.ts';

/** Maps that glow in another cell for each label, more in every slice; the first two slices of all have nothing. */
function drawnMaps(slices: readonly string[]): HeatMaps {
  const [height, width] = [4, 5];
  const map = (at: number) =>
    Float32Array.from({ length: height * width * 6 }, (_, i) => (at < 2 || Math.floor(i / 6) !== i % 6 ? 0 : at + 1));
  return { height, width, of: new Map(slices.map((slice, at) => [slice, map(at)])) };
}

async function write(folder: string, name: string, options: FixtureOptions & { maps?: boolean }): Promise<void> {
  const context = await writeRun(join(folder, name), options);
  const data = await readRun(context);
  const slices = data.index.map(({ slice }) => slice);
  const shards = drawnShards(context, slices);
  const heatMaps = options.maps ? drawnMaps(slices) : null;
  await writeFile(join(folder, `${name}.html`), await renderPage({ ...data, noPictures: null, shards, heatMaps }));
}

describeInChromium(
  'the report',
  async (folder) => {
    await write(folder, 'large', { train: 12, validation: 24, test: 2, synthetic: true, intervals: true });
    await write(folder, 'maps', { train: 2, validation: 4, test: 1, synthetic: true, maps: true });
    await write(folder, 'small', { train: 6, validation: 5, test: 1, synthetic: true, smoke: true });
  },
  (chromium) => {
    const { open } = chromium;
    // No error, no request, no sideways scroll: what `open` and `itIsSound` hold of every page.
    itIsSound(chromium, 'large.html');

    itIsSound(chromium, 'maps.html');

    it('is stepped through by keys, wheel and swipe, in each window, with the map of each label or none', async () => {
      const page = await open('maps.html');
      const viewer = page.locator('[data-viewer]').first();
      const said = () => viewer.locator('[data-said]').textContent();
      const place = async () => Number(/Place (\d+)/.exec((await said()) ?? '')?.[1]);
      const source = (of: 'picture' | 'map') => viewer.locator(`[data-${of}]`).getAttribute('src');
      await viewer.locator('[data-stage]').focus();
      await page.keyboard.press('Home');
      const first = await place();
      for (const key of ['ArrowDown', 'ArrowRight', 'PageDown']) await page.keyboard.press(key);
      expect(await place()).toBe(first + 7);
      await page.keyboard.press('ArrowUp');
      expect(await place()).toBe(first + 6);
      await viewer.locator('[data-stage]').hover();
      await page.mouse.wheel(0, 80);
      expect(await place()).toBe(first + 7);
      const box = (await viewer.locator('[data-stage]').boundingBox()) ?? expect.fail('no stage');
      await page.mouse.move(box.x + 100, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + 100 - 36, box.y + 100);
      await page.mouse.up();
      expect(await place()).toBe(first + 4);

      const [brain, map] = [await source('picture'), await source('map')];
      expect(brain).toMatch(/^data:image\/webp/);
      expect(await viewer.locator('[data-map]').isVisible()).toBe(true);
      // To the third window: the fixture draws the first two alike.
      for (const key of ['w', 'w']) await page.keyboard.press(key);
      expect(await source('picture')).not.toBe(brain);
      await viewer.locator('[data-label]').selectOption('epidural');
      expect(await source('map')).not.toBe(map);
      await viewer.locator('[data-stage]').focus();
      await page.keyboard.press('m');
      expect(await viewer.locator('[data-map]').isVisible()).toBe(false);
      const plot = (await viewer.locator('[data-plot]').boundingBox()) ?? expect.fail('no plot');
      await page.mouse.click(plot.x + plot.width - 8, plot.y + 20);
      expect(await place()).toBeGreaterThan(first + 7);
      await page.close();
    });

    it('runs nothing but what moves the viewers, and is whole without it', async () => {
      const page = await open('maps.html');
      const ran = await page.evaluate(`(() => {
        const script = document.createElement('script');
        script.textContent = 'window.broken = true';
        document.body.append(script);
        return window.broken ?? false;
      })()`);
      expect(ran).toBe(false);
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('[data-viewer]').first().isVisible()).toBe(false);
      await page.close();
    });

    it.each(LOOKS)('of few patients is readable too at %i px, %s', async (...look) => {
      const page = await open('small.html', look);
      await expectReadable(page);
      await page.close();
    });

    it('unfolded it is readable at 390 px too: no word is broken, every table that scrolls says so', async () => {
      const page = await open('large.html', [390, 'light']);
      await page.evaluate(`for (const fold of document.querySelectorAll('details')) fold.open = true`);
      await expectReadable(page);
      // Both are seen where they are: words that break, and a table whose sign is gone.
      await page.addStyleTag({ content: '.scroll th{max-width:3rem;min-width:0!important;overflow-wrap:anywhere}' });
      expect((await seenOn(page)).brokenWords).toContain('figure');
      await page.addStyleTag({
        content: '.scroll th{overflow-wrap:normal}.scroll caption span::after{content:none!important}',
      });
      expect((await seenOn(page)).unsignedScrolls[0]).toMatch(/ scrolls$/);
      await page.close();
    });

    it('keeps its navigation on one line and in sight, and hides no heading behind it', async () => {
      const page = await open('large.html', [390, 'light']);
      await page.evaluate(`document.documentElement.style.scrollBehavior = 'auto'; location.hash = '#calls'`);
      const [bar, heading] = (await page.evaluate(
        `['nav', '#calls-h'].map((of) => document.querySelector(of).getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])`,
      )) as [number[], number[]];
      expect(bar[0]).toBe(0);
      expect(bar[1]! - bar[0]!).toBeLessThan(50);
      expect(heading[0]).toBeGreaterThanOrEqual(bar[1]!);
      await page.close();
    });

    it('has a tooltip under every place of a series, where its dot is', async () => {
      const page = await open('large.html', [390, 'light']);
      const misses = (await page.evaluate(TOOLTIPS)) as { strips: number; misses: string[] };
      expect(misses.misses).toEqual([]);
      expect(misses.strips).toBeGreaterThanOrEqual(20);
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
/** Dots of the first series' plot, each within the strip of its place; the strip says the dot's value, read off the axis. */
const TOOLTIPS = `(() => {
  const svg = [...document.querySelectorAll('.card svg')].find((one) => one.getClientRects().length > 0);
  const strips = [...svg.querySelectorAll('.places rect')].map((rect) => [rect.getBoundingClientRect(), rect.textContent]);
  const middle = (node) => { const box = node.getBoundingClientRect(); return [(box.left + box.right) / 2, (box.top + box.bottom) / 2]; };
  const labels = [...svg.querySelectorAll('text')];
  const height = (text) => middle(labels.find((node) => node.textContent === text))[1];
  const [one, none] = [height('1'), height('0')];
  const dots = [...svg.querySelectorAll('path')].filter((path) => path.getAttribute('d').startsWith('M1 0A') && path.getAttribute('fill') === 'var(--sequence)').map(middle);
  const misses = strips.flatMap(([box, text], i) => {
    if (!dots[i]) return text.includes('interpolated') ? [] : ['no dot ' + i];
    const [x, y] = dots[i];
    const value = (none - y) / (none - one);
    const said = Number(/sequence ([0-9.]+)/.exec(text)[1]);
    return x > box.left && x < box.right && Math.abs(value - said) < 0.03 ? [] : [text + ' is at ' + x + ', ' + value];
  });
  return { strips: strips.length, misses };
})()`;
const PANELS = `[...document.querySelectorAll('.panel')].filter((panel) => panel.checkVisibility()).map((panel) => panel.querySelector('.panel-title').textContent)`;
