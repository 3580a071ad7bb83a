import { type Html, html } from '../report/html.ts';
import { INKS, rectangle, textBlock } from './svg.ts';
import { textWidth } from './text.ts';

/** In the picture itself: a panel that is cut out still says so. */
export function markOn(
  mark: string,
  { x, y, side, size = 11 }: { x: number; y: number; side: number; size?: number },
): Html {
  const style = { size, bold: true };
  // Fonts differ in their widths: in the middle, the room left over is equal on both sides.
  const width = textWidth(mark, style) + 10;
  const left = x + side - 4 - width;
  const label = textBlock([{ text: mark, style, ink: '#fff' }], {
    x: left,
    y: y + 4 + size * 0.3,
    width,
    align: 'middle',
  });
  return html`${rectangle({ x: left, y: y + 4, width, height: size * 1.8, fill: INKS.mark, stroke: 'none' })}${label.svg}`;
}
