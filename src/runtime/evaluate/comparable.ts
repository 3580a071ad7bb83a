import type { Kind } from '../../registry/kinds/kind.ts';
import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { Weights } from '../../registry/kinds/weights.ts';
import { stampsOf } from '../../registry/leak.ts';
import { bestMetric, type ComponentValue, type ResolvedRecipe, type TrainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { weightsOrigin, weightsText } from '../../registry/weights-origin.ts';
import type { Metrics } from '../artifacts/metrics.ts';

/** Labelled slices and patients of stage 2 (facts 2.3): what the paper trained and validated on. */
export const PAPER_DATA = { slices: 752_803, patients: 18_938 } as const;

export interface Comparability {
  comparable: boolean;
  /** Why not, each a clause; empty where it is. */
  reasons: string[];
  /** Null for a recipe that is no row of the paper's tables. */
  paper: ResolvedRecipe['paper'];
}

/**
 * Whether a run may stand beside the paper's figures (design, "Numbers that do not mislead").
 * `shipped` is the recipe of this name as it is shipped, resolved; null where there is none.
 */
export function comparability(
  recipe: ResolvedRecipe,
  shipped: ResolvedRecipe | null,
  metrics: Pick<Metrics, 'synthetic' | 'labelled'>,
  registry: Registry,
): Comparability {
  const paper = shipped?.paper ?? null;
  if (paper === null)
    return { comparable: false, reasons: ['this recipe is no row of the paper’s tables'], paper: null };
  const reasons: string[] = [];
  if (metrics.synthetic) reasons.push('the pictures are synthetic');
  const { slices, patients } = metrics.labelled;
  if (slices !== PAPER_DATA.slices || patients !== PAPER_DATA.patients) {
    const [all, people] = [PAPER_DATA.slices, PAPER_DATA.patients].map((count) => count.toLocaleString('en-GB'));
    reasons.push(
      `${slices.toLocaleString('en-GB')} labelled slices of ${patients.toLocaleString('en-GB')} patients, where the paper’s set has ${all} of ${people}`,
    );
  }
  if (recipe.smoke) reasons.push('a smoke run');
  const there = !shipped || shipped.backbone === 'none' ? undefined : (shipped.backbone.weights as Weights);
  const here = recipe.backbone === 'none' ? undefined : (recipe.backbone.weights as Weights);
  // A path of this machine has no place on a page.
  if (weightsOrigin(here) === null) reasons.push('no pretrained weights were loaded');
  else if (weightsText(here) !== weightsText(there))
    reasons.push(`it started from ${weightsText(here)}, in the shipped recipe from ${weightsText(there)}`);
  const leaky = stampsOf(recipe, registry).includes('LEAKY SPLIT');
  if (leaky) reasons.push('LEAKY SPLIT: slices of validation’s patients were trained on');
  else if (splitBy(recipe, registry) !== 'patient') reasons.push('not split by patient');
  const said = new Set(['backbone.weights', ...(leaky ? ['data.split'] : []), ...(recipe.smoke ? SMOKE_PATHS : [])]);
  for (const { path, here, there } of differences(bare(recipe, registry), bare(shipped as ResolvedRecipe, registry))) {
    if (!said.has(path)) reasons.push(`${path} is ${here}, in the shipped recipe ${there}`);
  }
  return { comparable: reasons.length === 0, reasons, paper };
}

const splitBy = ({ data }: ResolvedRecipe, registry: Registry) =>
  registry.get('split', data.split.type)?.contract(data.split).by;

/** What the profile `smoke` sets: "a smoke run" says all of it. */
const SMOKE_PATHS = [
  'data.limit',
  ...['backbone', 'sequence'].flatMap((stage) =>
    ['batch', 'epochs', 'updates', 'stepsPerEpoch'].map((key) => `train.${stage}.${key}`),
  ),
  'backbone.batchNorm',
];

/**
 * What stands in the paper's column beside a figure of the final model on this side. `row` names Kaggle's private
 * score or a figure; empty: the paper has nothing of the kind.
 */
export function paperCell(
  { comparable, paper }: Comparability,
  row: 'kaggle-private' | Pick<MetricFigure, 'name' | 'label' | 'truth'>,
  side: Side,
): string {
  if (paper === null) return '';
  const value = paperValue(paper, row, side);
  if (value === undefined) return '';
  if (value === null) return 'not reported';
  if (!comparable) return 'not comparable';
  return row !== 'kaggle-private' && row.name.includes('log-loss') ? `${value} (weighting not stated)` : value;
}

/** Undefined: the paper has no such figure for any row. Null: not for this row. */
function paperValue(
  paper: NonNullable<Comparability['paper']>,
  row: 'kaggle-private' | Pick<MetricFigure, 'name' | 'label' | 'truth'>,
  side: Side,
): string | null | undefined {
  const three = (value: number | undefined) => value?.toFixed(3) ?? null;
  if (row === 'kaggle-private') return three(paper['log-loss']?.['kaggle-private']);
  if (side !== 'validation') return undefined;
  if (row.name === 'mean-log-loss' || row.name === 'kaggle-log-loss') return three(paper['log-loss']?.validation);
  // The rule's own truth is the only one to stand beside the paper's (facts 1.6 row 15), its unit a patient (row 16); no
  // other rule than the recipe's, and no part of the slices.
  if (row.name === 'patient-f1 (truth: same-rule)') return three(paper['patient-f1']?.validation);
  return undefined;
}

/** A recipe without what affects no result: its names, its seed, blocks that no stage reads, parameters declared so. */
function bare(recipe: ResolvedRecipe, registry: Registry): unknown {
  const { data, backbone, sequence, train } = recipe;
  // Intervals change no figure.
  const { bootstrap: _, ...evaluation } = recipe.evaluation;
  const part = (kind: Kind, value: 'none' | ComponentValue) => {
    if (value === 'none') return value;
    const properties = registry.get(kind, value.type)?.params.properties as Record<string, unknown> | undefined;
    return Object.fromEntries(
      Object.entries(value).filter(([key]) => {
        const schema = properties?.[key] as { affectsResult?: boolean } | undefined;
        return schema?.affectsResult !== false;
      }),
    );
  };
  const training = (block: TrainBlock) => ({
    ...block,
    checkpoint: bestMetric(block.checkpoint),
    optimizer: part('optimizer', block.optimizer),
    loss: part('loss', block.loss),
  });
  return {
    data: {
      ...data,
      source: part('source', data.source),
      series: { ...data.series, rule: part('series-rule', data.series.rule) },
      split: part('split', data.split),
    },
    channels: recipe.channels.map(({ window }) => part('window', recipe.windows[window] ?? 'none')),
    augment: recipe.augment.map((value) => part('augmentation', value)),
    backbone: part('backbone', backbone),
    sequence: part('sequence', sequence),
    train: {
      ...(backbone === 'none'
        ? {}
        : { backbone: { ...training(train.backbone), sampler: part('sampler', train.backbone.sampler) } }),
      ...(sequence === 'none' ? {} : { sequence: training(train.sequence) }),
    },
    evaluation: { ...evaluation, metrics: evaluation.metrics.map((value) => part('metric', value)) },
  };
}

interface Difference {
  path: string;
  here: string;
  there: string;
}

function differences(here: unknown, there: unknown, path = ''): Difference[] {
  const otherType = isMap(here) && isMap(there) && here.type !== there.type;
  if (Array.isArray(here) && Array.isArray(there) && here.length === there.length) {
    return here.flatMap((item, i) => differences(item, there[i], `${path}[${i}]`));
  }
  if (isMap(here) && isMap(there) && !otherType) {
    const keys = [...new Set([...Object.keys(here), ...Object.keys(there)])];
    return keys.flatMap((key) => differences(here[key], there[key], path === '' ? key : `${path}.${key}`));
  }
  if (JSON.stringify(here) === JSON.stringify(there)) return [];
  return [{ path, here: brief(here), there: brief(there) }];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  if (value === undefined) return 'not stated';
  if (isMap(value) && typeof value.type === 'string') return value.type;
  return Array.isArray(value) ? `a list of ${value.length}` : JSON.stringify(value).replaceAll('"', '');
}
