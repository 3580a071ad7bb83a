import type { EChartsOption } from 'echarts';
import { ANY, LABELS, type Label } from '../../labels.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import type { PatientRow } from '../artifacts/patients.ts';
import type { JoinedSlice } from '../evaluate/scored.ts';
import { drawBoth, INK, type Size } from './chart.ts';
import type { Html } from './html.ts';
import { acrossAt, axisText, MODEL_INK, markTitle, quietLine } from './plot-parts.ts';

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
  const option = ({ width }: Size, narrow: boolean): EChartsOption => {
    const frame = { left: narrow ? 40 : 116, right: 14 };
    const pixels = (width - frame.left - frame.right) / Math.max(slices.length, 1);
    return {
      title: markTitle(mark),
      ...(slices.some(({ labels }) => labels !== null) ? {} : { graphic: noLabels(frame.left, width - frame.right) }),
      grid: [
        { ...frame, top: 26, height: 130 },
        { ...frame, top: 164, height: 78 },
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
  return drawBoth(option, { wide: { width: 900, height: 286 }, narrow: { width: 330, height: 286 } }, id, label);
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
