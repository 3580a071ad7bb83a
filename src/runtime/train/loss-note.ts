import type { TrainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { LedgerNote } from '../ledger.ts';
import { choose } from './components.ts';
import { type NotedNetwork, networkTitle } from './noted-network.ts';

/** The note where what makes a loss smallest are no probabilities: figures that take them for some judge that too. */
export function lossNotes(network: NotedNetwork, { loss }: Pick<TrainBlock, 'loss'>, registry: Registry): LedgerNote[] {
  const { component, params } = choose(registry, 'loss', loss);
  const smoothing = params.labelSmoothing ?? 0;
  const why =
    component.contract(params).probabilities === false
      ? `learns by ${component.name}`
      : smoothing > 0
        ? `learns from labels smoothed by ${smoothing}`
        : null;
  if (why === null) return [];
  return [
    {
      item: network.id,
      what: 'network',
      reason: 'not-probabilities',
      message: `${capital(networkTitle(network))} ${why}: what it gives is pulled to the middle and no probability, and log loss, Brier score and calibration figures judge that too.`,
      kind: 'warning',
      hint: 'AUC and average precision hold. Where probabilities are wanted, add calibration: { type: temperature }, or train by binary-cross-entropy without labelSmoothing.',
    },
  ];
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
