import { decimals } from '../evaluate/shown.ts';
import { wrapped } from '../figure/text.ts';
import { type Html, html, trusted } from '../report/html.ts';
import { DARK, LIGHT } from '../report/palette.ts';
import { gainText, outcomeText } from './claim-text.ts';
import type { ClaimResult } from './claims.ts';
import { niceTicks } from './nice-ticks.ts';
import { runName } from './run-name.ts';

/** Claims on one figure, whose gains have one axis. */
interface Panel {
  figure: string;
  better: 'lower' | 'higher';
  claims: readonly ClaimResult[];
}

interface Layout {
  width: number;
  /** Where labels, the plot and the numbers stand; a narrow plot has its label above it. */
  label: { x: number; width: number };
  plot: { x: number; width: number };
  numbers: { x: number; width: number } | null;
}

const WIDE: Layout = {
  width: 900,
  label: { x: 12, width: 300 },
  plot: { x: 340, width: 330 },
  numbers: { x: 694, width: 196 },
};
const NARROW: Layout = { width: 340, label: { x: 4, width: 332 }, plot: { x: 14, width: 312 }, numbers: null };

const TEXT = { size: 12.5 } as const;
const SMALL = { size: 11.5 } as const;
const LINE = 16;

/** What each sign of the plot means; stands below it. */
export const FOREST_NOTE =
  'A line: the interval that decides, with its mean (of a primary claim before Holm’s correction). Dots: each run by itself. Dashed: the claimed margin; shaded: the band of two that are equal. Right of 0 the row is better.';

/** The claims of a table as a forest plot, for a wide and a narrow page; null where no claim has a difference. */
export function forestPlot(claims: readonly ClaimResult[]): Html | null {
  if (!claims.some(({ pairs }) => pairs.some(({ gain }) => gain !== null))) return null;
  const label = labelOf(claims);
  const draw = (layout: Layout) => {
    const { svg, height } = drawPanels(panelsOf(claims), layout);
    return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${layout.width} ${height}">${svg}</svg>`;
  };
  return html`<div class="plot wide">${draw(WIDE)}</div><div class="plot narrow">${draw(NARROW)}</div>`;
}

/** The same as a file of its own, that is light or dark as its reader's page is. Null where there is nothing to draw. */
export function forestFile(title: string, claims: readonly ClaimResult[]): string | null {
  if (!claims.some(({ pairs }) => pairs.some(({ gain }) => gain !== null))) return null;
  const top = 26;
  const { svg, height } = drawPanels(panelsOf(claims), WIDE);
  const label = `${title}: ${labelOf(claims)}`;
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE.width} ${height + top}" width="${WIDE.width}" height="${height + top}" role="img" aria-label="${label}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
<title>${label}</title>
<style>${trusted(`svg{${LIGHT}}@media (prefers-color-scheme:dark){svg{${DARK}}}`)}</style>
<rect width="${WIDE.width}" height="${height + top}" fill="var(--paper)"/>
${text(WIDE.label.x, 18, title, { bold: true })}<g transform="translate(0 ${top})">${svg}</g></svg>`.text
  }\n`;
}

const labelOf = (claims: readonly ClaimResult[]): string =>
  claims.map((one) => `${one.claim.claim}: ${[gainText(one), outcomeText(one)].filter(Boolean).join(', ')}`).join('; ');

function panelsOf(claims: readonly ClaimResult[]): Panel[] {
  const panels = new Map<string, ClaimResult[]>();
  for (const one of claims) panels.set(one.claim.figure, [...(panels.get(one.claim.figure) ?? []), one]);
  return [...panels].map(([figure, own]) => ({ figure, better: own[0]?.better ?? 'lower', claims: own }));
}

function drawPanels(panels: readonly Panel[], layout: Layout): { svg: Html; height: number } {
  let y = 4;
  const parts = panels.map((panel) => {
    const { svg, height } = drawPanel(panel, layout, y);
    y += height + 14;
    return svg;
  });
  return { svg: html`${parts}`, height: Math.ceil(y) };
}

function drawPanel({ figure, better, claims }: Panel, layout: Layout, top: number): { svg: Html; height: number } {
  const { plot } = layout;
  const { from, to, ticks } = niceTicks(valuesOf(claims), layout === WIDE ? 6 : 4);
  const place = (value: number) => plot.x + ((value - from) / (to - from)) * plot.width;
  let y = top;
  const rows = claims.map((one, i) => {
    const row = drawRow(one, { layout, place, ticks, top: y, first: i === 0 });
    y += row.height;
    return row.svg;
  });
  const axis = y + 4;
  const numbers = ticks.map((tick) =>
    text(place(tick), axis + 15, tickText(tick), { ink: 'muted', style: SMALL, anchor: 'middle' }),
  );
  const caption = `gain in ${figure} (${better} is better)`;
  const lines = wrapped(caption, layout === WIDE ? plot.width + 120 : layout.label.width, SMALL);
  const captions = lines.map((line, i) =>
    text(plot.x + plot.width / 2, axis + 32 + i * LINE, line, { ink: 'muted', style: SMALL, anchor: 'middle' }),
  );
  return { svg: html`${rows}${numbers}${captions}`, height: axis + 32 + lines.length * LINE - top - 8 };
}

function drawRow(
  result: ClaimResult,
  {
    layout,
    place,
    ticks,
    top,
    first,
  }: { layout: Layout; place: (value: number) => number; ticks: readonly number[]; top: number; first: boolean },
): { svg: Html; height: number } {
  const { claim, gain, pairs, outcome } = result;
  const label = wrapped(claim.claim, layout.label.width, TEXT);
  const verdict = wrapped(
    outcome === 'undecided' && layout.numbers === null ? 'undecided' : outcomeText(result),
    layout.numbers?.width ?? layout.label.width,
    SMALL,
  ).slice(0, 4);
  const numbers = [gainText(result), ...verdict].filter(Boolean);
  const above =
    layout.numbers === null
      ? [...label.map((line) => ({ line, bold: true })), ...numbers.map((line) => ({ line, bold: false }))]
      : [];
  const beside = Math.max(label.length, numbers.length) * LINE;
  const start = top + 8;
  const middle = layout.numbers === null ? start + above.length * LINE + 16 : start + Math.max(beside, 30) / 2 - 4;
  const end = layout.numbers === null ? middle + 24 : start + Math.max(beside, 30) + 8;
  const ink = outcome === 'holds' ? 'base' : outcome === 'fails' ? 'sequence' : 'muted';
  const band = claim.question.kind === 'same' ? claim.question.within : null;
  const margin = claim.question.kind === 'better' ? claim.question.by : null;
  const texts =
    layout.numbers === null
      ? above.map(({ line, bold }, i) =>
          text(layout.label.x, start + 12 + i * LINE, line, {
            style: bold ? TEXT : SMALL,
            ink: bold ? 'text' : ink,
            bold,
          }),
        )
      : [
          ...label.map((line, i) => text(layout.label.x, middle + (i - (label.length - 1) / 2) * LINE + 4, line, {})),
          ...numbers.map((line, i) =>
            text(layout.numbers?.x ?? 0, middle + (i - (numbers.length - 1) / 2) * LINE + 4, line, {
              style: SMALL,
              ink: line === gainText(result) ? 'text' : ink,
            }),
          ),
        ];
  // No line of the grid runs through a label.
  const grid = ticks.map(
    (tick) =>
      html`<line x1="${round(place(tick))}" x2="${round(place(tick))}" y1="${round(layout.numbers === null ? middle - 16 : top)}" y2="${round(end)}" stroke="var(--rule)" stroke-width="${tick === 0 ? 1.6 : 0.7}"/>
`,
  );
  const dots = pairs.flatMap((pair) =>
    pair.gain === null
      ? []
      : [
          html`<circle cx="${round(place(pair.gain))}" cy="${round(middle + 9)}" r="3" fill="var(--paper)" stroke="var(--reference)" stroke-width="1.4"><title>${runName(pair)}: ${decimals(pair.gain)}</title></circle>
`,
        ],
  );
  return {
    svg: html`${!first && html`<line x1="${layout.label.x}" x2="${layout.width - 4}" y1="${round(top)}" y2="${round(top)}" stroke="var(--rule)" stroke-width="0.7"/>`}
${
  band !== null &&
  html`<rect x="${round(place(-band))}" y="${round(middle - 16)}" width="${round(place(band) - place(-band))}" height="32" fill="var(--band)"><title>band: ${band} either way</title></rect>
`
}${grid}${
  margin !== null &&
  margin !== 0 &&
  html`<line x1="${round(place(margin))}" x2="${round(place(margin))}" y1="${round(middle - 16)}" y2="${round(middle + 16)}" stroke="var(--text)" stroke-width="1.4" stroke-dasharray="4 3"><title>claimed: more than ${margin}</title></line>
`
}${
  gain &&
  html`<line x1="${round(place(gain.low))}" x2="${round(place(gain.high))}" y1="${round(middle - 2)}" y2="${round(middle - 2)}" stroke="var(--${ink})" stroke-width="2.4"/><rect x="${round(place(gain.mean) - 4.5)}" y="${round(middle - 6.5)}" width="9" height="9" fill="var(--${ink})"><title>${gainText(result)}</title></rect>
`
}${dots}${texts}`,
    height: end - top,
  };
}

/** All that an axis has to reach. */
function valuesOf(claims: readonly ClaimResult[]): number[] {
  return claims.flatMap(({ claim: { question }, gain, pairs }) => [
    0,
    ...(gain === null ? [] : [gain.low, gain.high]),
    ...(question.kind === 'same' ? [-question.within, question.within] : [question.by]),
    ...pairs.flatMap((pair) => pair.gain ?? []),
  ]);
}

const tickText = (value: number): string => `${value > 0 ? '+' : ''}${Number(value.toPrecision(3))}`;

interface TextLook {
  style?: { size: number };
  ink?: string;
  anchor?: 'start' | 'middle';
  bold?: boolean;
}

function text(
  x: number,
  y: number,
  line: string,
  { style = TEXT, ink = 'text', anchor = 'start', bold }: TextLook,
): Html {
  return html`<text x="${round(x)}" y="${round(y)}" font-size="${style.size}"${anchor === 'middle' && html` text-anchor="middle"`}${bold && html` font-weight="600"`} fill="var(--${ink})">${line}</text>
`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
