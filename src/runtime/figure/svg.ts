import { type Html, html } from '../report/html.ts';
import { type TextStyle, wrapped } from './text.ts';

export const INKS = {
  text: '#1d1b19',
  muted: '#5c574f',
  rule: '#8d867c',
  faint: '#f3f0ea',
  base: '#dfe8f4',
  baseRule: '#51719c',
  sequence: '#f7e1e4',
  sequenceRule: '#a3283d',
  mark: '#9d2235',
} as const;

/** A part of a figure and how much room it takes downwards. */
export interface Drawn {
  svg: Html;
  height: number;
}

export interface TextBlock {
  text: string;
  style: TextStyle;
  ink?: string;
}

const LEADING = 1.32;

/** Texts below each other, each broken into lines that fit. `y` is the top. */
export function textBlock(
  blocks: readonly TextBlock[],
  { x, y, width, align = 'start' }: { x: number; y: number; width: number; align?: 'start' | 'middle' },
): Drawn {
  const at = align === 'middle' ? x + width / 2 : x;
  let top = y;
  const lines = blocks.flatMap(({ text, style, ink = INKS.text }) =>
    wrapped(text, width, style).map((line) => {
      const baseline = top + style.size * 1.02;
      top += style.size * LEADING;
      return html`<text x="${round(at)}" y="${round(baseline)}" font-size="${style.size}"${style.bold && html` font-weight="700"`}${align === 'middle' && html` text-anchor="middle"`} fill="${ink}">${line}</text>
`;
    }),
  );
  return { svg: html`${lines}`, height: top - y };
}

export interface Box {
  x: number;
  y: number;
  width: number;
  blocks: readonly TextBlock[];
  fill?: string;
  stroke?: string;
  dashed?: boolean;
  /** At least so high. */
  minimum?: number;
  align?: 'start' | 'middle';
}

const PADDING = 8;

/** A rounded box that is as high as its text. */
export function box({
  x,
  y,
  width,
  blocks,
  fill = '#fff',
  stroke = INKS.rule,
  dashed,
  minimum = 0,
  align,
}: Box): Drawn {
  const inner = { x: x + PADDING, y: y + PADDING, width: width - 2 * PADDING, ...(align && { align }) };
  const text = textBlock(blocks, inner);
  const height = Math.max(minimum, text.height + 2 * PADDING - 3);
  return { svg: html`${rectangle({ x, y, width, height, fill, stroke, dashed })}${text.svg}`, height };
}

export function rectangle(of: {
  x: number;
  y: number;
  width: number;
  height: number;
  fill: string;
  stroke: string;
  dashed?: boolean | undefined;
  radius?: number;
}): Html {
  return html`<rect x="${round(of.x)}" y="${round(of.y)}" width="${round(of.width)}" height="${round(of.height)}" rx="${of.radius ?? 6}" fill="${of.fill}" stroke="${of.stroke}"${of.dashed && html` stroke-dasharray="5 4"`}/>
`;
}

/** A line with a head at its end. */
export function arrow(x1: number, y1: number, x2: number, y2: number): Html {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const wing = (turn: number) => `${round(x2 - 7 * Math.cos(angle + turn))},${round(y2 - 7 * Math.sin(angle + turn))}`;
  return html`<path d="M${round(x1)},${round(y1)}L${round(x2)},${round(y2)}" stroke="${INKS.muted}" stroke-width="1.4" fill="none"/><path d="M${round(x2)},${round(y2)}L${wing(0.42)}L${wing(-0.42)}Z" fill="${INKS.muted}"/>
`;
}

/** A whole figure on white, that stands alone and is read by itself. */
export function svgDocument(width: number, height: number, label: string, body: Html): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${Math.ceil(height)}" width="${width}" height="${Math.ceil(height)}" role="img" aria-label="${label}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
<title>${label}</title>
<rect width="${width}" height="${Math.ceil(height)}" fill="#fff"/>
${body}</svg>
`.text;
}

export const round = (value: number): number => Math.round(value * 10) / 10;
