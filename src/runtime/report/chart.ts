import { createRequire } from 'node:module';
import type { EChartsOption } from 'echarts';
import { escapeText, type Html, trusted } from './html.ts';

/** Colours that stand for the page's own: replaced by its CSS variables, so that a plot follows light and dark. */
export const INK = {
  text: '#010101',
  muted: '#010102',
  rule: '#010103',
  base: '#010104',
  sequence: '#010105',
  truth: '#010106',
  band: '#010107',
  surface: '#010108',
  reference: '#010109',
  // Runs beside each other, in their order.
  run1: '#01010a',
  run2: '#01010b',
  run3: '#01010c',
  run4: '#01010d',
  run5: '#01010e',
  run6: '#01010f',
  run7: '#010110',
  run8: '#010111',
} as const;

export interface Size {
  width: number;
  height: number;
}

/**
 * An option as an SVG text that only depends on its arguments: library counters in ids are replaced by `id`.
 * `label` is what a screen reader says.
 */
export async function drawSvg(option: EChartsOption, size: Size, id: string, label: string): Promise<Html> {
  // One file: as modules these are hundreds that are opened at once, more than some users may have open.
  const echarts = createRequire(import.meta.url)('echarts') as typeof import('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: FONT, color: INK.text }, ...option });
    return trusted(tidy(chart.renderToSVGString({ useViewBox: true }), size, id, label));
  } finally {
    chart.dispose();
  }
}

const FONT = 'inherit';

function tidy(svg: string, { width, height }: Size, id: string, label: string): string {
  let text = svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (class|ecmeta_\w+|pointer-events|baseProfile|version|xmlns(:xlink)?)="[^"]*"/g, '')
    .replace(/<svg [^>]*>/, `<svg role="img" aria-label="${escapeText(label)}" viewBox="0 0 ${width} ${height}">`)
    .replace(/zr\d+-c(\d+)/g, `${id}-$1`)
    .replace(/font-family:[^;"]*;?/g, '')
    .replace(/<rect [^>]*fill="none"[^>]*><\/rect>\n?/, '');
  // The inside of an empty symbol.
  text = text.replaceAll('"#fff"', '"var(--surface)"');
  for (const [name, colour] of Object.entries(INK)) text = text.replaceAll(colour, `var(--${name})`);
  return text.replace(/\n+/g, '\n');
}

/** The same plot for a wide and a narrow page: text keeps its size, and only one of the two is displayed. */
export async function drawBoth(
  option: (size: Size, narrow: boolean) => EChartsOption,
  sizes: { wide: Size; narrow: Size },
  id: string,
  label: string,
  /** What lies over the plot, in its units: such as places with tooltips. */
  over: (size: Size, narrow: boolean) => Html | null = () => null,
): Promise<Html> {
  const draw = async (size: Size, isNarrow: boolean) => {
    const svg = await drawSvg(option(size, isNarrow), size, `${id}-${isNarrow ? 'n' : 'w'}`, label);
    return trusted(svg.text.replace(/<\/svg>\s*$/, `${over(size, isNarrow)?.text ?? ''}</svg>`));
  };
  const wide = await draw(sizes.wide, false);
  const narrow = await draw(sizes.narrow, true);
  return trusted(`<div class="plot wide">${wide.text}</div><div class="plot narrow">${narrow.text}</div>`);
}
