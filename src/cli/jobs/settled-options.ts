import type { PointsOf } from '../points/messages.ts';

/** What the command says that plans and jobs go by. */
export function settledOptions({ kind, options }: PointsOf) {
  const { engine, trustSizes = false, threads, exact, eager } = options;
  const until = kind === 'run' ? options.until : undefined;
  return {
    engine,
    trustSizes,
    ...(threads === undefined ? {} : { threads }),
    ...(exact === undefined ? {} : { exact }),
    ...(eager === undefined ? {} : { eager }),
    ...(until === undefined ? {} : { until }),
  };
}
