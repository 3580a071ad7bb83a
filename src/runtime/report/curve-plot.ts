import type { EChartsOption } from 'echarts';
import type { EpochRow } from '../artifacts/history.ts';
import { drawBoth, INK } from './chart.ts';
import type { Html } from './html.ts';
import { acrossAt, axisText, lossAxis, markTitle, quietLine } from './plot-parts.ts';

export interface Curve {
  name: string;
  ink: keyof typeof INK;
  dashed?: boolean;
  /** One value an epoch; null: none. */
  values: readonly (number | null)[];
}

/** Values over epochs. `flat` is a dashed line across, such as the constant predictor's loss. */
export function curvePlot(
  id: string,
  label: string,
  epochs: readonly EpochRow[],
  curves: readonly Curve[],
  mark: string,
  flat: number | null = null,
): Promise<Html> {
  const option = (): EChartsOption => ({
    title: markTitle(mark),
    grid: { left: 56, right: 16, top: 26, bottom: 42 },
    xAxis: {
      type: 'category',
      data: epochs.map(({ epoch }) => String(epoch)),
      name: 'epoch',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: axisText,
      axisLabel: { ...axisText, hideOverlap: true },
      axisLine: quietLine,
      axisTick: { show: false },
      boundaryGap: epochs.length === 1,
    },
    yAxis: {
      ...lossAxis([...curves.flatMap(({ values }) => values), flat]),
      axisLabel: { ...axisText, formatter: (value: number) => String(Number(value.toPrecision(4))) },
      splitLine: quietLine,
    },
    series: [
      ...curves.map((curve) => ({
        type: 'line' as const,
        name: curve.name,
        data: [...curve.values],
        silent: true,
        symbol: 'circle',
        symbolSize: epochs.length > 20 ? 0 : 6,
        itemStyle: { color: INK[curve.ink], borderWidth: 0 },
        lineStyle: { color: INK[curve.ink], width: 2, type: curve.dashed ? ('dashed' as const) : ('solid' as const) },
      })),
      // An axis reaches values, not lines across: these are drawn as nothing.
      ...(flat === null
        ? []
        : [
            {
              type: 'line' as const,
              data: epochs.map(() => flat),
              silent: true,
              symbol: 'none',
              itemStyle: { color: INK.reference },
              lineStyle: { color: INK.reference, width: 0 },
              markLine: acrossAt(flat),
            },
          ]),
    ],
  });
  return drawBoth(option, { wide: { width: 460, height: 240 }, narrow: { width: 330, height: 220 } }, id, label);
}
