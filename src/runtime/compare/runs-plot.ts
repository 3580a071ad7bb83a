import type { EChartsOption } from 'echarts';
import { drawBoth, INK } from '../report/chart.ts';
import type { Html } from '../report/html.ts';
import { axisText, lossAxis, markTitle, quietLine } from '../report/plot-parts.ts';

const INKS = [INK.run1, INK.run2, INK.run3, INK.run4, INK.run5, INK.run6, INK.run7, INK.run8];
/** Told apart without colours too. */
const SYMBOLS = ['circle', 'diamond', 'triangle', 'rect', 'pin', 'roundRect', 'arrow', 'circle'];
const FEW_POINTS = 30;

/** Losses over updates, a line for each run in its colour; an empty line keeps the colours of those behind it. */
export function runsPlot({
  id,
  label,
  mark,
  lines,
}: {
  id: string;
  label: string;
  mark: string;
  /** Updates so far, and the loss. */
  lines: readonly (readonly (readonly [number, number])[])[];
}): Promise<Html> {
  const values = lines.flatMap((line) => line.map(([, value]) => value));
  const option = (): EChartsOption => ({
    title: markTitle(mark),
    grid: { left: 56, right: 24, top: 26, bottom: 42 },
    xAxis: {
      type: 'value',
      min: 0,
      name: 'updates',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: axisText,
      axisLabel: { ...axisText, hideOverlap: true },
      axisLine: quietLine,
      splitLine: { show: false },
      splitNumber: 4,
    },
    yAxis: {
      ...lossAxis(values),
      axisLabel: { ...axisText, formatter: (value: number) => String(Number(value.toPrecision(4))) },
      splitLine: quietLine,
    },
    series: lines.map((line, run) => ({
      type: 'line' as const,
      data: line.map(([update, value]) => [update, value]),
      silent: true,
      symbol: SYMBOLS[run] as string,
      symbolSize: line.length > FEW_POINTS ? 0 : 7,
      itemStyle: { color: INKS[run] as string, borderWidth: 0 },
      lineStyle: { color: INKS[run] as string, width: 2 },
    })),
  });
  return drawBoth(option, { wide: { width: 460, height: 260 }, narrow: { width: 330, height: 230 } }, id, label);
}
