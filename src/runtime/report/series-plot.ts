import type { EChartsOption } from 'echarts';
import { ANY, LABELS, type Label } from '../../labels.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import type { PatientRow } from '../artifacts/patients.ts';
import type { JoinedSlice } from '../evaluate/scored.ts';
import { MODEL_TITLES } from '../evaluate/summary-table.ts';
import { drawBoth, INK, type Size } from './chart.ts';
import { type Html, html } from './html.ts';
import { acrossAt, axisText, MODEL_INK, markTitle, quietLine } from './plot-parts.ts';
import { truthsInWords } from './slice-figure.ts';

const SHORT: Record<Label, string> = {
  epidural: 'EDH',
  intraparenchymal: 'IPH',
  intraventricular: 'IVH',
  subarachnoid: 'SAH',
  subdural: 'SDH',
  any: 'any',
};
/** From top to bottom as in LABELS; a plot counts from the bottom. */
const ROWS = [...LABELS].reverse();

export interface SeriesScores {
  model: ModelName;
  /** In order. */
  slices: readonly JoinedSlice[];
}

/** p(any) along a series by each model, the last one drawn strongest, and under it a row of true labels for each label. */
export function seriesPlot(
  id: string,
  label: string,
  call: PatientRow,
  scores: readonly SeriesScores[],
  threshold: number,
  mark: string,
): Promise<Html> {
  const last = scores.length - 1;
  const slices = scores[last]?.slices ?? [];
  const frameOf = (narrow: boolean) => ({ left: narrow ? 40 : 116, right: 14 });
  const option = ({ width }: Size, narrow: boolean): EChartsOption => {
    // Where names are wider than foreseen the grid would move, and what the pointer is told with it.
    const frame = { ...frameOf(narrow), outerBoundsMode: 'none' as const };
    const pixels = (width - frame.left - frame.right) / Math.max(slices.length, 1);
    return {
      title: markTitle(mark),
      ...(slices.some(({ labels }) => labels !== null) ? {} : { graphic: noLabels(frame.left, width - frame.right) }),
      grid: [
        { ...frame, top: TOP, height: 130 },
        { ...frame, top: 164, height: BOTTOM - 164 },
      ],
      xAxis: xAxes(slices),
      yAxis: yAxes(narrow),
      series: [
        ...scores.map(({ model, slices: own }, i) => ({
          type: 'line' as const,
          silent: true,
          data: own.map((slice) => ({
            value: [slice.order, slice.probabilities[ANY]!],
            symbol: slice.how === 'interpolated' ? 'emptyCircle' : 'circle',
          })),
          symbolSize: 5,
          itemStyle: { color: INK[MODEL_INK[model]] },
          lineStyle: { color: INK[MODEL_INK[model]], width: i === last ? 2.5 : 1.5 },
          ...(i === last ? { markLine: acrossAt(threshold), ...(call.call ? { markArea: runArea(call) } : {}) } : {}),
        })),
        {
          type: 'scatter' as const,
          xAxisIndex: 1,
          yAxisIndex: 1,
          silent: true,
          symbol: 'rect',
          symbolSize: [Math.max(2, pixels - 1), 9],
          itemStyle: { color: INK.truth, opacity: 1 },
          data: slices.flatMap(({ labels, order }) =>
            labels === null ? [] : ROWS.flatMap((name, row) => (labels[name] === 1 ? [[order, row]] : [])),
          ),
        },
      ],
    };
  };
  const over = ({ width }: Size, narrow: boolean) => {
    const { left, right } = frameOf(narrow);
    return placeTitles(scores, left, width - right);
  };
  return drawBoth(option, { wide: { width: 900, height: 286 }, narrow: { width: 330, height: 286 } }, id, label, over);
}

/** Upper edge of the scores, lower edge of the labels under them. */
const TOP = 26;
const BOTTOM = 242;

/** A strip over each place, invisible but under the pointer, whose tooltip has the exact values. */
function placeTitles(scores: readonly SeriesScores[], left: number, right: number): Html {
  const slices = scores.at(-1)?.slices ?? [];
  const first = slices[0]?.order ?? 0;
  const wide = (right - left) / ((slices.at(-1)?.order ?? 0) - first + 1);
  return html`<g class="places">${slices.map((slice, i) => {
    const values = scores.map(
      ({ model, slices: own }) => `${MODEL_TITLES[model]} ${own[i]?.probabilities[ANY]?.toFixed(3) ?? 'none'}`,
    );
    const how = slice.how === 'interpolated' ? ' (interpolated)' : '';
    const x = (left + (slice.order - first) * wide).toFixed(1);
    return html`<rect x="${x}" y="${TOP}" width="${wide.toFixed(1)}" height="${BOTTOM - TOP}"><title>place ${slice.order}: p(any) ${values.join(', ')}${how}; ${truthsInWords(slice)}</title></rect>`;
  })}</g>`;
}

/** Each place is one wide, so that a run is as wide as its slices. */
function xAxes(slices: readonly JoinedSlice[]): NonNullable<EChartsOption['xAxis']> {
  const axis = {
    type: 'value' as const,
    min: (slices[0]?.order ?? 0) - 0.5,
    max: (slices.at(-1)?.order ?? 0) + 0.5,
    minInterval: 1,
    splitNumber: 10,
    axisLine: { show: true, onZero: false, ...quietLine },
    axisTick: { show: false },
    splitLine: { show: false },
  };
  return [
    { ...axis, gridIndex: 0, axisLabel: { show: false } },
    {
      ...axis,
      gridIndex: 1,
      axisLabel: { ...axisText, formatter: (value: number) => (Number.isInteger(value) ? String(value) : '') },
      name: 'place in the series',
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: axisText,
    },
  ];
}

function yAxes(narrow: boolean): NonNullable<EChartsOption['yAxis']> {
  return [
    {
      type: 'value',
      gridIndex: 0,
      min: 0,
      max: 1,
      interval: 0.25,
      axisLabel: { ...axisText, formatter: (value: number) => (value % 0.5 === 0 ? String(value) : '') },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: quietLine,
    },
    {
      type: 'category',
      gridIndex: 1,
      data: ROWS.map((name) => (narrow ? SHORT[name] : name)),
      axisLabel: { ...axisText, fontSize: 11, interval: 0 },
      axisLine: { onZero: false, ...quietLine },
      axisTick: { show: false },
      splitLine: { show: true, ...quietLine },
    },
  ];
}

/** An empty strip would read as six negative labels. */
function noLabels(left: number, right: number): object {
  const style = { text: 'no labels', x: (left + right) / 2, y: 203, align: 'center', verticalAlign: 'middle' };
  return { type: 'text', silent: true, z: 10, style: { ...style, fontSize: 12, fill: INK.muted } };
}

function runArea(call: PatientRow): object {
  return {
    silent: true,
    itemStyle: { color: INK.band },
    data: [[{ xAxis: call.firstOrder! - 0.5 }, { xAxis: call.lastOrder! + 0.5 }]],
  };
}
