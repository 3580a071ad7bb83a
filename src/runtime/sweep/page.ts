import type { EChartsOption } from 'echarts';
import { drawBoth, INK, type Size } from '../report/chart.ts';
import { figureCell } from '../report/figure-cell.ts';
import { type Html, html } from '../report/html.ts';
import { axisText, markTitle, quietLine } from '../report/plot-parts.ts';
import { marked } from '../report/section.ts';
import { renderShell } from '../report/shell.ts';
import { dataTable } from '../report/table.ts';
import type { LedgerPoint, SweepLedger } from '../runs/points-ledger.ts';
import type { Cell, PointFigures, SweepResults } from './results.ts';
import { settingText, sweepNotes, sweepTable, valueText } from './table.ts';

/** The sweep's page: table, plot and the state of each point. The same ledger and figures give the same bytes. */
export async function sweepPage(ledger: SweepLedger, results: SweepResults): Promise<string> {
  const pointColumns = [
    { title: 'setting' },
    { title: 'state' },
    ...results.figures.map(({ name }) => ({ title: name, number: true })),
    { title: 'report' },
    { title: 'seconds', number: true },
    { title: 'error', wrap: true },
  ];
  const [columns = [], ...rows] = sweepTable(results);
  const caption = marked(results.marks, 'Mean over the seeds of each setting');
  const plot = await sweepPlot(results);
  const settings = html`${plot}
${dataTable(
  caption,
  columns.map((name, i) => ({ title: name, number: i >= results.axes.length })),
  rows,
)}
${sweepNotes(results).map((note) => html`<p class="lead">${note}</p>`)}`;
  const points = dataTable(
    marked(results.marks, 'Every run of the sweep'),
    pointColumns,
    ledger.points.map((point) => pointRow(point, results)),
  );
  return renderShell({
    kind: 'sweep',
    name: results.name,
    marks: results.marks,
    leads: [],
    calibrated: 'uncalibrated but where a recipe says calibration',
    top: null,
    sections: [
      { id: 'settings', title: 'Settings', body: settings },
      { id: 'points', title: 'Points', body: points },
    ],
    version: null,
  });
}

/** The page lies in the store's sweeps, two folders below its runs. */
const pointRow = (
  { name, values, seed, status, run, seconds, error }: LedgerPoint,
  { figures, points }: SweepResults,
) => [
  settingText(values, seed),
  status,
  ...figures.map(({ name: wanted }) => pointCell(points.get(name), wanted)),
  run === null ? '' : html`<a href="../../runs/${run}/report.html">${run}</a>`,
  seconds === null ? '' : seconds.toFixed(1),
  error ?? '',
];

function pointCell(point: PointFigures | undefined, name: string): Html | string {
  const figure = point?.figures.find((one) => one.name === name);
  return point && figure ? figureCell(figure, point.patients) : '';
}

/** Names of the axes as short as they differ: `cells`, but `train.backbone.epochs` beside `train.sequence.epochs`. */
function axisNames(axes: readonly string[]): string[] {
  const last = (path: string) => path.replace(/^.*\./, '');
  return axes.map((path) => (axes.filter((other) => last(other) === last(path)).length > 1 ? path : last(path)));
}

/** A figure of each setting with its deviation: the first on the left axis, the second on the right. */
export async function sweepPlot(
  {
    rows,
    figures,
    axes,
    marks,
  }: Pick<SweepResults, 'figures' | 'axes' | 'marks'> & {
    rows: readonly Pick<SweepResults['rows'][number], 'values' | 'cells'>[];
  },
  id = 'sweep',
): Promise<Html> {
  const drawn = rows.filter(({ cells }) => figures.some(({ name }) => isDrawn(cells[name])));
  const shownFigures = figures.filter(({ name }) => drawn.some(({ cells }) => isDrawn(cells[name])));
  if (drawn.length === 0)
    return html`<p class="lead">No figure can be drawn yet: none is there, or each rests on too few patients.</p>`;
  const labels = drawn.map(({ values }) => axes.map((path) => valueText(values[path])).join(' · ') || 'as stated');
  const slanted = axes.length > 1 && drawn.length <= 40;
  const inks = [INK.base, INK.sequence];
  const names = shownFigures.map(({ name }) => name);
  // Beside the mark there is room for two short names on a wide page: others stand below each other, under it.
  const stacked = (narrow: boolean) => narrow || names.join('').length > 60;
  const legendOf = (narrow: boolean) =>
    stacked(narrow) ? { top: 20, left: 0, orient: 'vertical' as const, itemGap: 6 } : { top: 2, left: 0, itemGap: 36 };
  const above = (narrow: boolean) => (stacked(narrow) ? 34 + 20 * names.length : 40);
  const option = (_size: Size, narrow: boolean): EChartsOption => ({
    title: markTitle(marks.join(' · ')),
    legend: { ...legendOf(narrow), textStyle: axisText, data: names },
    grid: { left: 60, right: shownFigures.length > 1 ? 60 : 16, top: above(narrow), bottom: slanted ? 96 : 46 },
    xAxis: {
      type: 'category',
      data: labels,
      name: axisNames(axes).join(' · ') || 'setting',
      nameLocation: 'middle',
      nameGap: slanted ? 74 : 28,
      nameTextStyle: axisText,
      // Every setting is named where there is room for it at a slant.
      axisLabel: { ...axisText, ...(slanted ? { rotate: 40, interval: 0 } : { hideOverlap: true }) },
      axisLine: quietLine,
      axisTick: { show: false },
    },
    yAxis: shownFigures.map((_, i) => ({
      type: 'value' as const,
      scale: true,
      splitNumber: 4,
      axisLabel: {
        ...axisText,
        color: inks[i] as string,
        formatter: (value: number) => String(Number(value.toPrecision(4))),
      },
      splitLine: i === 0 ? quietLine : { show: false },
    })),
    series: shownFigures.flatMap(({ name }, i) => {
      const colour = inks[i] as string;
      const cells = drawn.map(({ cells: own }) => own[name]);
      const means = cells.map((cell) => (isDrawn(cell) ? (cell?.mean ?? null) : null));
      return [
        {
          type: 'line' as const,
          name,
          yAxisIndex: i,
          data: means,
          silent: true,
          symbol: i === 0 ? 'circle' : 'diamond',
          symbolSize: 8,
          itemStyle: { color: colour },
          // Between combinations of several values there is no order that a line could follow.
          lineStyle: { color: colour, width: axes.length > 1 ? 0 : 2 },
          // A bar of one deviation either way.
          markLine: {
            silent: true,
            symbol: ['none', 'none'],
            animation: false,
            label: { show: false },
            lineStyle: { color: colour, type: 'solid' as const, width: 1.5 },
            data: cells.flatMap((cell, x) => deviationBar(cell, x)),
          },
        },
        // An axis reaches values, not lines: the ends of the bars are drawn as nothing.
        ...[-1, 1].map((way) => ({
          type: 'line' as const,
          yAxisIndex: i,
          data: cells.map((cell) => (isDrawn(cell) ? (cell?.mean ?? 0) + way * (cell?.deviation ?? 0) : null)),
          silent: true,
          symbol: 'none',
          itemStyle: { color: colour },
          lineStyle: { color: colour, width: 0 },
        })),
      ];
    }),
  });
  const label = `${shownFigures.map(({ name }) => name).join(' and ')} of each setting, with one standard deviation`;
  return drawBoth(
    option,
    { wide: { width: 900, height: 320 }, narrow: { width: 340, height: 280 + 20 * names.length } },
    id,
    label,
  );
}

const isDrawn = (cell: Cell | undefined): boolean => cell !== undefined && cell.mean !== null && cell.counts === null;

function deviationBar(cell: Cell | undefined, x: number): [{ coord: number[] }, { coord: number[] }][] {
  if (!cell || !isDrawn(cell) || cell.mean === null || cell.deviation === null) return [];
  return [[{ coord: [x, cell.mean - cell.deviation] }, { coord: [x, cell.mean + cell.deviation] }]];
}
