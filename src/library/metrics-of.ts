import type { MetricFigure } from '../registry/kinds/metric.ts';
import { judgedSide, type Metrics, type SideMetrics } from '../runtime/artifacts/metrics.ts';
import { allMarks } from '../runtime/evaluate/summary-table.ts';
import type { MetricsByModel, SideFigures } from './run-types.ts';

/** `metrics.json` by model, side and name. */
export function metricsOf(metrics: Metrics): MetricsByModel {
  const models: MetricsByModel['models'] = Object.fromEntries(
    metrics.models.map(({ model, component, calibration = null, sides }) => [
      model,
      { component, calibration, sides: Object.fromEntries(sides.map((side) => [side.side, sideOf(side)])) },
    ]),
  );
  const { final, predicted, test, labelled } = metrics;
  const judged = judgedSide(metrics);
  return {
    final,
    judged,
    marks: allMarks(metrics),
    counts: { predicted, test, labelled },
    models,
    figure(name, { model = final ?? undefined, side = judged } = {}) {
      const figures = model === undefined ? undefined : models[model]?.sides[side]?.figures;
      return figures !== undefined && Object.hasOwn(figures, name) ? (figures[name] ?? null) : null;
    },
  };
}

function sideOf({
  labelled,
  interpolated,
  prevalence,
  figures,
  intervals = {},
  baselines,
  calibration,
}: SideMetrics): SideFigures {
  return {
    labelled,
    interpolated,
    prevalence,
    figures: byName(figures.map((figure) => ({ ...figure, interval: intervals[figure.name] ?? null }))),
    baselines: {
      constant: baselines.constant === null ? null : byName(baselines.constant),
      allPositive: byName(baselines.allPositive),
    },
    calibration: calibration ?? null,
  };
}

const byName = <F extends MetricFigure>(figures: readonly F[]): Record<string, F> =>
  Object.fromEntries(figures.map((figure) => [figure.name, figure]));
