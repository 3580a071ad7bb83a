import type { TrainedStage } from '../../registry/recipe.ts';
import type { EpochRow } from '../artifacts/history.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import { decimals } from '../evaluate/shown.ts';
import { MODEL_TITLES } from '../evaluate/summary-table.ts';
import { inputSentences, loadedSentence } from '../train/input-text.ts';
import { curvePlot } from './curve-plot.ts';
import { type Html, html } from './html.ts';
import { MODEL_INK } from './plot-parts.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

/** The curves of all trainings. Null where nothing was trained. */
export async function training(data: RunData): Promise<Section | null> {
  const parts: Html[] = [];
  for (const [stage, history] of data.histories) parts.push(await curves(data, stage, history));
  const { predictsWith } = data.page;
  const from =
    predictsWith && html`<p>These are the curves of run ${predictsWith}, on its data: nothing was trained here.</p>`;
  return parts.length === 0 ? null : { id: 'training', title: 'Training', body: html`${from}${parts}` };
}

/** `base model`, `end-to-end`: what a training is called. */
function titleOf(stage: TrainedStage, { histories }: RunData): string {
  if (stage === 'end-to-end') return 'end-to-end';
  return `${MODEL_TITLES[stage]} model${histories.has('end-to-end') ? ', before end-to-end training' : ''}`;
}

async function curves(data: RunData, stage: TrainedStage, history: readonly EpochRow[]): Promise<Html> {
  const title = titleOf(stage, data);
  // Both networks as one give what the sequence model says.
  const model: ModelName = stage === 'backbone' ? 'backbone' : 'sequence';
  const constant = constantLoss(data, model);
  const last = history.at(-1);
  const mark = data.marks.join(' · ');
  const ink = MODEL_INK[model];
  const optimised = await curvePlot(
    `${stage}-loss`,
    marked(data.marks, `${title}: loss as optimised over epochs. Last epoch: ${spoken(last)}.`),
    history,
    [
      { name: 'train', ink, dashed: true, values: history.map(({ loss }) => loss) },
      { name: 'validation', ink, values: history.map(({ validation }) => validation?.loss ?? null) },
    ],
    mark,
  );
  const validated = history.some(({ validation }) => validation !== null)
    ? await curvePlot(
        `${stage}-mean`,
        marked(data.marks, `${title}: mean log loss on validation over epochs.`),
        history,
        [{ name: 'validation', ink, values: history.map(({ validation }) => validation?.['mean-log-loss'] ?? null) }],
        mark,
        constant,
      )
    : null;
  const about =
    stage === 'backbone' || (stage === 'end-to-end' && !data.histories.has('backbone')) ? startOf(data) : [];
  return html`<h3>${title[0]!.toUpperCase()}${title.slice(1)}</h3>
${about.map((text) => html`<p>${text}</p>`)}
<div class="pair">
<figure><figcaption>Loss as optimised <span class="key dashed" style="--c:var(--${ink})">train</span><span class="key" style="--c:var(--${ink})">validation</span></figcaption>${optimised}</figure>
${validated && html`<figure><figcaption>Mean log loss <span class="key" style="--c:var(--${ink})">validation</span>${constant !== null && html`<span class="key dashed" style="--c:var(--reference)">constant predictor ${decimals(constant)}</span>`}</figcaption>${validated}</figure>`}
</div>
<details><summary>Epoch by epoch</summary>${dataTable(
    marked(data.marks, `${title}, epochs`),
    ['epoch', 'steps', 'train loss', 'validation loss', 'validation mean-log-loss'].map((name, i) => ({
      title: name,
      number: i > 0,
    })),
    history.map(({ epoch, steps, loss, validation }) => [
      epoch,
      steps,
      decimals(loss),
      validation ? decimals(validation.loss) : 'no validation',
      validation ? decimals(validation['mean-log-loss']) : '',
    ]),
  )}</details>`;
}

/** What goes into the network, and what it started from. */
function startOf({ recipe, registry, networks }: RunData): string[] {
  // A page may be made again without the plugin whose network trained.
  const known = recipe.backbone !== 'none' && registry.get('backbone', recipe.backbone.type) !== undefined;
  const [input] = known ? inputSentences(recipe, registry) : [];
  const weights = networks.get('backbone')?.training?.weights;
  return [...(input === undefined ? [] : [input]), ...(weights ? [loadedSentence('It', weights)] : [])];
}

function constantLoss({ metrics, page, networks }: RunData, model: ModelName): number | null {
  // The curves of a prediction's networks are those of their own run, and so is the line.
  if (page.predictsWith !== null) return networks.get(model)?.training?.validation?.constant ?? null;
  const side = metrics?.models.find((one) => one.model === model)?.sides.find((one) => one.side === 'validation');
  return side?.baselines.constant?.find(({ name }) => name === 'mean-log-loss')?.value ?? null;
}

function spoken(last: EpochRow | undefined): string {
  if (last === undefined) return 'none';
  const validation = last.validation ? `, validation ${decimals(last.validation.loss)}` : '';
  return `train ${decimals(last.loss)}${validation}`;
}
