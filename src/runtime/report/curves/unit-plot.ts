import type { EChartsOption } from 'echarts';
import { drawSvg, INK } from '../chart.ts';
import { type Html, html } from '../html.ts';
import { axisText, markTitle, quietLine } from '../plot-parts.ts';
import type { Point } from './curve-points.ts';

export interface UnitLine {
  ink: keyof typeof INK;
  points: readonly Point[];
  /** The point of one threshold, drawn as a ring. */
  ring?: Point | null;
  /** Each point drawn, hollow where it rests on little: few of them, such as bins. */
  dots?: readonly { hollow: boolean }[];
}

export interface UnitPlot {
  id: string;
  /** For a screen reader: what the plot shows, in words. */
  label: string;
  x: string;
  y: string;
  lines: readonly UnitLine[];
  /** A dashed line: what knows nothing, or what would be right. */
  reference: readonly [Point, Point];
  /** `SYNTHETIC` and its like. */
  mark: string;
  /** Bars along the bottom, one for each tenth of x: how many. */
  counts?: readonly { ink: keyof typeof INK; values: readonly number[] }[];
}

/** Wide enough for a phone, and three of them beside each other on a wide page: one drawing serves both. */
const SIZE = { width: 330, height: 290 };
const BARS = { top: 238, height: 22 };

/** A plot of the unit square. */
export async function unitPlot(plot: UnitPlot): Promise<Html> {
  const svg = await drawSvg(optionOf(plot), SIZE, plot.id, plot.label);
  return html`<div class="plot">${svg}</div>`;
}

function optionOf({ x, y, lines, reference, mark, counts }: UnitPlot): EChartsOption {
  // Where names are wider than foreseen the grids would move apart.
  const frame = { left: 46, right: 14, outerBoundsMode: 'none' as const };
  const grid = [{ ...frame, top: 24, height: counts ? 190 : 222 }, ...(counts ? [{ ...frame, ...BARS }] : [])];
  const axis = {
    type: 'value' as const,
    min: 0,
    max: 1,
    interval: 0.25,
    axisLine: { show: true, onZero: false, ...quietLine },
    axisTick: { show: false },
    splitLine: quietLine,
    nameLocation: 'middle' as const,
    nameTextStyle: axisText,
    axisLabel: { ...axisText, formatter: (value: number) => (value % 0.5 === 0 ? String(value) : '') },
  };
  const named = { ...axis, name: x, nameGap: counts ? 56 : 24 };
  return {
    title: markTitle(mark),
    grid,
    xAxis: [
      named,
      ...(counts
        ? [
            {
              type: 'category' as const,
              gridIndex: 1,
              axisLabel: { show: false },
              axisTick: { show: false },
              axisLine: quietLine,
            },
          ]
        : []),
    ],
    yAxis: [
      { ...axis, name: y, nameGap: 30 },
      ...(counts ? [{ type: 'value' as const, gridIndex: 1, show: false, min: 0, max: 1 }] : []),
    ],
    series: [
      {
        type: 'line' as const,
        silent: true,
        symbol: 'none',
        data: reference.map((point) => [...point]),
        lineStyle: { color: INK.reference, type: 'dashed' as const, width: 1.2 },
      },
      ...lines.flatMap(({ ink, points, ring, dots }, i) => [
        {
          type: 'line' as const,
          silent: true,
          symbol: dots ? 'circle' : 'none',
          symbolSize: 6,
          data: points.map((point, at) => ({
            value: [...point],
            ...(dots?.[at]?.hollow ? { symbol: 'emptyCircle' } : {}),
          })),
          itemStyle: { color: INK[ink], borderWidth: 0 },
          lineStyle: { color: INK[ink], width: i === lines.length - 1 ? 2.2 : 1.4 },
        },
        ...(ring
          ? [
              {
                type: 'scatter' as const,
                silent: true,
                symbol: 'circle',
                symbolSize: 9,
                data: [[...ring]],
                itemStyle: { color: INK.surface, borderColor: INK[ink], borderWidth: 2 },
              },
            ]
          : []),
      ]),
      ...(counts ?? []).map(({ ink, values }, i, all) => bars(ink, values, i, all.length)),
    ],
  };
}

/** As high as the logarithm of a count: a bin of ten is seen beside one of 100,000. */
function bars(ink: keyof typeof INK, values: readonly number[], place: number, of: number): object {
  const most = Math.log1p(Math.max(1, ...values));
  return {
    type: 'bar' as const,
    silent: true,
    xAxisIndex: 1,
    yAxisIndex: 1,
    barWidth: Math.floor(20 / of),
    barGap: '10%',
    itemStyle: { color: INK[ink] },
    data: values.map((value) => Math.log1p(value) / most),
    z: place,
  };
}
