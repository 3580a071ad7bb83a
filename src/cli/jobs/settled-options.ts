import type { PointsOf } from '../points/messages.ts';

/** What the command says that plans and jobs go by. */
export function settledOptions({ options }: PointsOf) {
  const { engine, trustSizes = false, threads, exact, eager } = options;
  return {
    engine,
    trustSizes,
    ...(threads === undefined ? {} : { threads }),
    ...(exact === undefined ? {} : { exact }),
    ...(eager === undefined ? {} : { eager }),
  };
}
