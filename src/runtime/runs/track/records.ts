import type { TrackRecord } from '../../../registry/kinds/tracker.ts';
import type { EpochRow } from '../../artifacts/history.ts';
import type { Metrics } from '../../artifacts/metrics.ts';
import { isShownAsNumber } from '../../evaluate/shown.ts';
import type { EpochEvent } from '../../events.ts';

type Scalars = TrackRecord & { type: 'scalars' };
type Figures = TrackRecord & { type: 'figures' };

/** Updates behind each epoch, counted from its rows, and which of them stand in the journal. */
export class Steps {
  readonly #at = new Map<string, { epoch: number; step: number }>();
  readonly #known: Set<string>;

  constructor(records: readonly TrackRecord[]) {
    this.#known = new Set(
      records.flatMap((record) => (record.type === 'scalars' ? [`${record.stage} ${record.step}`] : [])),
    );
  }

  /** `known`: the journal has this epoch of it. */
  at(stage: string, { epoch, steps }: Pick<EpochRow, 'epoch' | 'steps'>): { step: number; known: boolean } {
    const before = this.#at.get(stage);
    // A history is told from its first epoch on, each time.
    const step = (before === undefined || epoch <= before.epoch ? 0 : before.step) + steps;
    this.#at.set(stage, { epoch, step });
    const name = `${stage} ${step}`;
    const known = this.#known.has(name);
    this.#known.add(name);
    return { step, known };
  }
}

/** `live`: as it was told when it was trained, so that memory is what the process holds now. */
export function scalarsOf(stage: string, step: number, row: EpochRow, live: EpochEvent | null, time: number): Scalars {
  const { loss, validation, metric, learningRate } = row;
  const speed = live?.speed ?? null;
  const values: Record<string, number | null | undefined> = {
    train_loss: loss,
    validation_loss: validation?.loss,
    validation_mean_log_loss: validation?.['mean-log-loss'],
    ...(metric === undefined ? {} : { [`validation_${nameOf(metric.name)}`]: metric.value }),
    learning_rate: learningRate,
    slices_per_second: speed?.slicesPerSecond,
    gradient_norm: live?.gradientNorm,
    memory_mb: speed === null ? null : process.memoryUsage.rss() / 2 ** 20,
  };
  return { type: 'scalars', time, stage, step, epoch: row.epoch, values: finite(values) };
}

const nameOf = (metric: string): string => metric.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');

/** What a page would show as numbers: of a few patients a figure is none. */
export function figuresOf({ models }: Metrics, time: number): Figures[] {
  return models.flatMap(({ model, sides }) =>
    sides.flatMap(({ side, figures, labelled }): Figures[] => {
      const shown = figures.filter((figure) => isShownAsNumber(figure, labelled.patients));
      const values = finite(Object.fromEntries(shown.map(({ name, value }) => [name, value])));
      return Object.keys(values).length === 0 ? [] : [{ type: 'figures', time, model, side, values }];
    }),
  );
}

const finite = (values: Readonly<Record<string, number | null | undefined>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
