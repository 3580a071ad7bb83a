import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRegistry } from '../../../../src/cli/registry.ts';
import { resolveRecipe } from '../../../../src/registry/resolve/resolve.ts';
import { architectureOf } from '../../../../src/runtime/figure/architecture.ts';
import { architectureFigure } from '../../../../src/runtime/figure/architecture-figure.ts';
import { drawnWindows } from '../../../../src/runtime/figure/windows-figure.ts';
import { describeInChromium } from '../../../browser.ts';

const RECIPES = join(import.meta.dirname, '../../../../recipes');
const DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

describeInChromium(
  'figures',
  async () => {},
  ({ file, open }) => {
    async function expectWhole(svg: string): Promise<void> {
      await writeFile(file('figure.svg'), svg);
      const page = await open('figure.svg');
      const seen = (await page.evaluate(WHOLE)) as { texts: number; cut: string[]; overlaps: string[] };
      expect(seen.texts).toBeGreaterThan(8);
      expect(seen.cut).toEqual([]);
      expect(seen.overlaps).toEqual([]);
      await page.close();
    }

    it.each([
      ['inception-seq-aug', []],
      ['resnet50-1w', []],
      ['quickstart', []],
      ['controls/neighbour-smoothing', []],
      ['controls/position', []],
      ['as-released/inception-seq-aug', ['sequence.backbones=[small-cnn]']],
      ['controls/crossfit', ['sequence.features={ deltas: true, spacing: true, position: true }']],
      ['inception-seq-aug', ['sequence.layers=8', 'sequence.steps=3', 'sequence.cells=4096']],
    ])('the architecture of %s has every text whole, inside of its box (%j)', async (name, set) => {
      const { recipe, registry } = await resolveRecipe(join(RECIPES, `${name}.yaml`), {
        registry: openRegistry(),
        set,
        cwd: RECIPES,
      });
      await expectWhole(
        architectureFigure({ ...architectureOf(recipe!, registry), name: `${name}-${'long-name-'.repeat(12)}` }),
      );
    });

    it('the windows have every text whole, whatever they are called', async () => {
      const windows = [
        'brain',
        'a-window-of-a-plugin-with-a-long-name',
        'WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW',
        'bone',
      ].map((name, i) => ({
        name,
        channel: i < 3 ? i + 1 : null,
        window: `acme/sigmoid: centre 40, slope 0.25, floor −1024, of ${name}`,
        url: DOT,
      }));
      const composed = { url: DOT, channels: ['brain', 'subdural', 'bone'], size: 224, interpolation: 'linear' };
      await expectWhole(drawnWindows({ name: 'views', synthetic: true, windows, composed }));
    });
  },
);

/** Runs in the page: each text lies in the figure, in the smallest box that holds its middle, and on no other text. */
const WHOLE = `(() => {
  const svg = document.documentElement;
  const frame = { left: 0, top: 0, right: svg.viewBox.baseVal.width, bottom: svg.viewBox.baseVal.height };
  const box = (node) => { const { x, y, width, height } = node.getBBox(); return { left: x, top: y, right: x + width, bottom: y + height, area: width * height }; };
  const rects = [...svg.querySelectorAll('rect')].map(box).sort((a, b) => a.area - b.area);
  const texts = [...svg.querySelectorAll('text')].map((node) => [node.textContent, box(node)]);
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 2 && a.bottom <= b.bottom + 2;
  const cut = texts.filter(([, at]) => {
    const [x, y] = [(at.left + at.right) / 2, (at.top + at.bottom) / 2];
    const around = rects.find((one) => one.left <= x && x <= one.right && one.top <= y && y <= one.bottom) ?? frame;
    return !inside(at, around) || !inside(at, frame);
  });
  const overlaps = texts.flatMap(([text, a], i) => texts.slice(i + 1).flatMap(([other, b]) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4 ? [text + ' lies on ' + other] : []));
  return { texts: texts.length, cut: cut.map(([text]) => text), overlaps };
})()`;
