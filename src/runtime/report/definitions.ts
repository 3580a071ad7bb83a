import type { Kind } from '../../registry/kinds/kind.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { html } from './html.ts';
import type { RunData } from './read-run.ts';
import type { Section } from './section.ts';
import { calibrationClause } from './wording.ts';

const lengthInWords = ({ rule, slices, millimetres }: ResolvedRecipe['evaluation']['patient']): string =>
  `${millimetres === null ? '' : `${millimetres} mm of `}${millimetres === null ? `${slices} ` : ''}${rule === 'count' ? 'slices anywhere in it' : 'neighbouring slices'}`;

/** What each figure means, in a sentence: the metrics' own summaries, and the words of the tables. */
export function definitions({ recipe, registry, calibrated }: RunData): Section {
  const summary = (kind: Kind, name: string) => registry.get(kind, name)?.summary ?? '';
  const entries: [string, string][] = [
    ...recipe.evaluation.metrics.map(({ type }): [string, string] => [type, summary('metric', type)]),
    [
      'truth: same-rule',
      `The labels are read by the rule of the calls: positive with ${lengthInWords(recipe.evaluation.patient)} labelled any. The only reading that may stand beside the paper’s F1.`,
    ],
    ['truth: any-slice', 'Positive with at least one slice labelled any.'],
    [
      'truth unknown',
      'Slices without a label leave it open whether a series or a patient is positive: it is in no figure of these.',
    ],
    [
      'constant predictor',
      'Gives every slice the share of positives among the labelled slices of the train side, label by label.',
    ],
    ['all positive', 'Scores every slice 1. A series with fewer slices than the rule needs is still not called.'],
    ['score', `A predicted probability (${calibrated === null ? 'uncalibrated' : calibrationClause(calibrated)}).`],
    [
      'any',
      'A slice with at least one of the five types. EDH epidural, IPH intraparenchymal, IVH intraventricular, SAH subarachnoid, SDH subdural.',
    ],
  ];
  return {
    id: 'definitions',
    title: 'Definitions',
    body: html`<dl class="defs">${entries.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`,
  };
}
