import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPage } from '../../../src/runtime/report/page.ts';
import { readRun } from '../../../src/runtime/report/read-run.ts';
import { drawnShards, writeRun } from './run-fixture.ts';

const executablePath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && path !== '' && existsSync(path));
if (executablePath === undefined)
  console.warn('SKIPPED: the report in a browser: there is no Chromium (set CHROMIUM).');

describe.skipIf(executablePath === undefined)('the report in Chromium', () => {
  let browser: Browser;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ichor-browser-'));
    const context = await writeRun(folder, { train: 12, validation: 24, test: 2, synthetic: true });
    const data = await readRun(context);
    const shards = drawnShards(
      context,
      data.index.map(({ slice }) => slice),
    );
    await writeFile(join(folder, 'report.html'), await renderPage({ ...data, noPictures: null, shards }));
    const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: [...quiet, '--disable-background-networking', '--disable-component-update'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('opens from disk at %i px, %s: no error, no request, no sideways scroll', async (width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const problems: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    const address = pathToFileURL(join(folder, 'report.html')).href;
    await page.goto(address);
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);

    const seen = await page.evaluate(MEASURE);
    expect(seen.overflow).toBe(0);
    expect(seen.outside).toEqual([]);
    expect(seen.brokenImages).toBe(0);
    expect(seen.images).toBeGreaterThan(8);
    expect(seen.plots).toBeGreaterThan(8);
    expect(seen.smallestPlotText).toBeGreaterThan(9);
    expect(seen.contrast).toBeGreaterThan(4.5);
    await page.close();
  });
});

interface Measured {
  overflow: number;
  outside: string[];
  images: number;
  brokenImages: number;
  plots: number;
  smallestPlotText: number;
  contrast: number;
}

/** Runs in the page. A text, because this project's types know no browser. */
const MEASURE = `(() => {
  const root = document.documentElement;
  const visible = [...document.querySelectorAll('svg')].filter((svg) => svg.getClientRects().length > 0);
  const images = [...document.images];
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).map((n) => { const c = n / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const back = light(getComputedStyle(document.body).backgroundColor);
  const contrasts = [...document.querySelectorAll('p, a, summary, td, th, dt, dd, .wrong')].map((node) => {
    const ink = light(getComputedStyle(node).color);
    return (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05);
  });
  const outside = [...document.querySelectorAll('main *')].filter((node) => {
    if (node.closest('.scroll') && !node.matches('.scroll') || node.closest('pre') || node.closest('svg')) return false;
    const box = node.getBoundingClientRect();
    const frame = (node.closest('.card') ?? root).getBoundingClientRect();
    return box.width > 0 && box.right > frame.right + 1;
  }).map((node) => node.outerHTML.slice(0, 120));
  return {
    overflow: root.scrollWidth - root.clientWidth,
    outside: outside.slice(0, 3),
    images: images.length,
    brokenImages: images.filter((image) => image.naturalWidth === 0).length,
    plots: visible.length,
    smallestPlotText: Math.min(...visible.flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect().height))),
    contrast: Math.min(...contrasts),
  };
})()` as unknown as () => Measured;
