import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const executablePath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && path !== '' && existsSync(path));

/** False, and said aloud, where there is no browser to look with. */
function hasChromium(what: string): boolean {
  if (executablePath === undefined) console.warn(`SKIPPED: ${what} in a browser: there is no Chromium (set CHROMIUM).`);
  return executablePath !== undefined;
}

/** A browser and a folder of pages, for the tests of one file. */
export interface Chromium {
  file(name: string): string;
  open(name: string, look?: Look): Promise<Page>;
}

/** Tests in one Chromium, over pages that `write` puts into a folder of their own; skipped, and said, where there is none. */
export function describeInChromium(
  what: string,
  write: (folder: string) => Promise<void>,
  tests: (chromium: Chromium) => void,
): void {
  describe.skipIf(!hasChromium(what))(`${what} in Chromium`, () => {
    let browser: Browser;
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ichor-browser-'));
      await write(folder);
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });
    const file = (name: string) => join(folder, name);
    tests({ file, open: (name, look = LOOKS[0]) => opened(browser, file(name), look) });
  });
}

/** What every page has to hold: readable and reached by keyboard in each look, and whole on paper. */
export function itIsSound({ open }: Chromium, name: string): void {
  it.each(LOOKS)('is readable and reached by keyboard at %i px, %s', async (...look) => {
    const page = await open(name, look);
    await expectReadable(page);
    await expectKeyboard(page);
    await page.close();
  });

  it('prints: a PDF, everything on paper', async () => {
    const page = await open(name);
    await expectPrints(page);
    await page.close();
  });
}

function launchChromium(): Promise<Browser> {
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
  return chromium.launch({
    executablePath: executablePath as string,
    args: [...quiet, '--disable-background-networking', '--disable-component-update'],
  });
}

/** Every look at a page: a wide and a narrow window, light and dark. */
export const LOOKS = [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;
export type Look = (typeof LOOKS)[number];

/** Opens a page from disk. It may log nothing, and ask for nothing but itself. */
async function opened(browser: Browser, file: string, [width, colorScheme]: Look): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  const address = pathToFileURL(file).href;
  await page.goto(address);
  expect(problems).toEqual([]);
  expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
  return page;
}

/** Nothing scrolls sideways or sticks out, text can be read, headings and tables say what they are. */
export async function expectReadable(page: Page): Promise<void> {
  const seen = await seenOn(page);
  expect(seen.overflow).toBe(0);
  expect(seen.outside).toEqual([]);
  expect(seen.brokenImages).toBe(0);
  expect(seen.smallestPlotText).toBeGreaterThan(9);
  expect(seen.cutTexts).toEqual([]);
  expect(seen.faint).toEqual([]);
  expect(seen.texts).toBeGreaterThan(20);
  expect(seen.skippedHeadings).toEqual([]);
  expect(seen.namelessTables).toEqual([]);
  expect(seen.brokenWords).toEqual([]);
  expect(seen.unsignedScrolls).toEqual([]);
  expect(seen.navigationLines).toBeLessThanOrEqual(1);
}

/** What `expectReadable` judges, once what was opened or styled just before is on the screen: scroll timelines follow a frame later. */
export async function seenOn(page: Page): Promise<Readable> {
  await page.evaluate(TWO_FRAMES);
  return page.evaluate(READABLE);
}

const TWO_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))';

/** Tab reaches every link, summary, table and choice that is to be seen, and each shows that it has the focus. */
export async function expectKeyboard(page: Page): Promise<void> {
  const wanted = (await page.evaluate(FOCUSABLE)) as string[];
  const reached = new Set<string>();
  const unmarked: string[] = [];
  await page.evaluate('document.body.focus()');
  for (let i = 0; i < wanted.length + 5; i++) {
    await page.keyboard.press('Tab');
    const at = (await page.evaluate(FOCUSED)) as { place: string; visible: boolean; what: string } | null;
    if (at === null) continue;
    reached.add(at.place);
    if (!at.visible) unmarked.push(at.what);
  }
  expect(wanted.filter((place) => !reached.has(place))).toEqual([]);
  expect(unmarked).toEqual([]);
}

/** As a PDF: it is one, and on paper nothing is hidden behind a click. */
async function expectPrints(page: Page): Promise<void> {
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  await page.emulateMedia({ media: 'print' });
  // A4 without margins, at 96 px an inch.
  await page.setViewportSize({ width: 794, height: 1123 });
  const seen = (await page.evaluate(PRINTED)) as { overflow: number; navigation: number; hidden: string[] };
  expect(seen).toEqual({ overflow: 0, navigation: 0, hidden: [] });
  await page.emulateMedia({ media: 'screen' });
}

interface Readable {
  overflow: number;
  outside: string[];
  brokenImages: number;
  smallestPlotText: number;
  /** Texts of plots that stick out of their plot, or lie on each other. */
  cutTexts: string[];
  /** Texts with a contrast below 4.5 against what lies behind them. */
  faint: string[];
  texts: number;
  skippedHeadings: string[];
  namelessTables: string[];
  /** Words that go on in a second line; a hyphen ends one, and identifiers are none. */
  brokenWords: string[];
  /** Regions that scroll sideways and do not show it, or show it and do not. */
  unsignedScrolls: string[];
  navigationLines: number;
}

/** These run in the page. Texts, because this project's types know no browser. */
const READABLE = `(() => {
  const root = document.documentElement;
  const shown = (node) => node.checkVisibility() && node.getClientRects().length > 0;
  const plots = [...document.querySelectorAll('svg')].filter(shown);
  const cut = plots.flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => Math.abs(text.getCTM().b) < 0.01).map((text) => [text.textContent, text.getBoundingClientRect()]);
    return texts.flatMap(([text, box], i) => [
      ...(box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1 ? [text + ' is cut'] : []),
      ...texts.slice(i + 1).flatMap(([other, at]) =>
        Math.min(box.right, at.right) - Math.max(box.left, at.left) > 2 && Math.min(box.bottom, at.bottom) - Math.max(box.top, at.top) > 4 ? [text + ' lies on ' + other] : []),
    ]);
  });
  const channels = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = (colour) => {
    const [r, g, b] = colour.map((n) => { const c = n / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const texts = [...document.querySelectorAll('body *')].filter((node) =>
    shown(node) && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim() !== ''));
  const faint = texts.flatMap((node) => {
    const style = getComputedStyle(node);
    const back = behind(node);
    const ink = over(channels(node.closest('svg') ? style.fill : style.color), back);
    const [high, low] = [light(ink), light(back)].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    return contrast < 4.5 ? [contrast.toFixed(2) + ' ' + node.outerHTML.slice(0, 100)] : [];
  });
  const outside = [...document.querySelectorAll('main *')].filter((node) => {
    if (!shown(node) || (node.closest('.scroll') && !node.matches('.scroll')) || node.closest('pre') || node.closest('svg')) return false;
    const box = node.getBoundingClientRect();
    const frame = (node.closest('.card') ?? root).getBoundingClientRect();
    return box.width > 0 && box.right > frame.right + 1;
  }).map((node) => node.outerHTML.slice(0, 120));
  const broken = texts.filter((node) => !node.closest('svg, pre, code, .id')).flatMap((node) => [...node.childNodes].filter((child) => child.nodeType === 3)).flatMap((text) =>
    [...text.data.matchAll(/[^\\s-]+/g)].filter((match) => {
      const range = document.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      return new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top))).size > 1;
    }).map((match) => match[0]));
  const unsigned = [...document.querySelectorAll('.scroll')].filter(shown).flatMap((region) => {
    const scrolls = region.scrollWidth > region.clientWidth;
    const sign = getComputedStyle(region.querySelector('caption span'), '::after');
    const says = sign.content.includes('scroll') && parseFloat(sign.fontSize) > 9;
    const edge = getComputedStyle(region).backgroundAttachment.includes('scroll');
    return says === scrolls && edge ? [] : [region.ariaLabel + (scrolls ? ' scrolls' : ' does not scroll')];
  });
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].filter(shown).map((node) => [Number(node.tagName[1]), node.textContent]);
  return {
    overflow: root.scrollWidth - root.clientWidth,
    outside: outside.slice(0, 3),
    brokenImages: [...document.images].filter((image) => image.naturalWidth === 0).length,
    smallestPlotText: Math.min(99, ...plots.flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect().height))),
    cutTexts: cut.slice(0, 5),
    faint: [...new Set(faint)].slice(0, 5),
    texts: texts.length,
    skippedHeadings: levels.filter(([level], i) => i > 0 && level > levels[i - 1][0] + 1).map(([, text]) => text),
    brokenWords: [...new Set(broken)].slice(0, 5),
    unsignedScrolls: unsigned.slice(0, 3),
    navigationLines: new Set([...document.querySelectorAll('nav li')].map((item) => Math.round(item.getBoundingClientRect().top))).size,
    namelessTables: [...document.querySelectorAll('table')].filter((table) => !table.caption && !table.ariaLabel).map((table) => table.outerHTML.slice(0, 80)),
  };
})()` as unknown as () => Readable;

/** Of a group of radio buttons Tab reaches one; arrow keys the others. */
const FOCUSABLE = `(() => {
  const all = [...document.querySelectorAll('a[href], summary, button, input, select, textarea, [tabindex="0"]')];
  all.forEach((node, i) => node.setAttribute('data-place', String(i)));
  const inOrder = (node) => node.type !== 'radio' || node.checked;
  return all.filter((node) => node.checkVisibility() && inOrder(node)).map((node) => node.getAttribute('data-place'));
})()`;

const FOCUSED = `(() => {
  const node = document.activeElement;
  if (!node || node === document.body || !node.hasAttribute('data-place')) return null;
  const marked = (at) => { const style = getComputedStyle(at); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; };
  const shown = (node.type === 'radio' && node.nextElementSibling) || node;
  const box = shown.getBoundingClientRect();
  return { place: node.getAttribute('data-place'), visible: marked(shown) && box.width > 0 && box.right > 0, what: shown.outerHTML.slice(0, 100) };
})()`;

const PRINTED = `(() => {
  const root = document.documentElement;
  const hidden = [...document.querySelectorAll('details > :not(summary), .panel')].filter((node) => !node.checkVisibility());
  return {
    overflow: Math.max(0, root.scrollWidth - root.clientWidth),
    navigation: [...document.querySelectorAll('nav, .skip')].filter((node) => node.checkVisibility()).length,
    hidden: hidden.map((node) => node.outerHTML.slice(0, 100)).slice(0, 3),
  };
})()`;
