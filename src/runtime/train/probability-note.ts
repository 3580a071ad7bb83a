import type { BackboneTrainBlock, TrainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { LedgerNote } from '../ledger.ts';
import { choose } from './components.ts';
import { type NotedNetwork, networkTitle } from './noted-network.ts';

/** What of a training makes that scores are no probabilities. */
interface Cause {
  /** After the network's name: `learns by focal`. */
  why: string;
  /** Of what it gives: `pulled to the middle`. */
  effect: string;
  /** What makes probabilities of it. */
  mend: string;
}

type Block = Pick<TrainBlock, 'loss'> & Partial<Pick<BackboneTrainBlock, 'sampler' | 'mixup'>>;

const MIDDLE = 'pulled to the middle';
const SHIFTED = 'shifted to the shares that it was shown';

function causesOf({ loss, sampler, mixup = 'none' }: Block, registry: Registry): Cause[] {
  const { component, params } = choose(registry, 'loss', loss);
  const smoothing = params.labelSmoothing ?? 0;
  const learned = 'train by binary-cross-entropy without labelSmoothing';
  const causes: Cause[] = [];
  if (component.contract(params).probabilities === false)
    causes.push({ why: `learns by ${component.name}`, effect: MIDDLE, mend: learned });
  else if (smoothing > 0)
    causes.push({ why: `learns from labels smoothed by ${smoothing}`, effect: MIDDLE, mend: learned });
  if (mixup !== 'none')
    causes.push({ why: 'learns from mixed labels (mixup)', effect: MIDDLE, mend: 'train without mixup' });
  const drawn = sampler === undefined ? null : choose(registry, 'sampler', sampler);
  if (drawn?.component.contract(drawn.params).prevalence === 'changed')
    causes.push({
      why: `learns from slices as ${drawn.component.name} draws them, not as often as they occur`,
      effect: SHIFTED,
      mend: 'draw by sampler: uniform',
    });
  return causes;
}

/** The same in one clause after the network's name; null where its scores are meant as probabilities. */
export function whyNoProbabilities(block: Block, registry: Registry): string | null {
  const causes = causesOf(block, registry);
  if (causes.length === 0) return null;
  const effects = [...new Set(causes.map(({ effect }) => effect))].join(', ');
  return `${causes.map(({ why }) => why).join(' and ')}: what it gives is ${effects} and no probability, and log loss, Brier score and calibration figures judge that too.`;
}

/** The note where a network's scores are no probabilities: figures that take them for some judge that too. */
export function probabilityNotes(network: NotedNetwork, block: Block, registry: Registry): LedgerNote[] {
  const why = whyNoProbabilities(block, registry);
  if (why === null) return [];
  const causes = causesOf(block, registry);
  const mends = [...new Set(causes.map(({ mend }) => mend))].join(', and ');
  const shifted = causes.some(({ effect }) => effect === SHIFTED);
  const wanted = shifted
    ? `${mends}: a temperature mends ${causes.some(({ effect }) => effect === MIDDLE) ? 'what is pulled to the middle, and ' : ''}no shift.`
    : `add calibration: { type: temperature }, or ${mends}.`;
  return [
    {
      item: network.id,
      what: 'network',
      reason: 'not-probabilities',
      message: `${capital(networkTitle(network))} ${why}`,
      kind: 'warning',
      hint: `AUC and average precision hold. Where probabilities are wanted, ${wanted}`,
    },
  ];
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
