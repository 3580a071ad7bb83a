import { chooser, MOST_CHOICES } from '../report/chooser.ts';
import { type Html, html } from '../report/html.ts';
import { marked } from '../report/section.ts';
import type { ComparedCurves } from './comparison.ts';
import { runsPlot } from './runs-plot.ts';

const FIGURES = [
  { name: 'validation', caption: 'Mean log loss on validation, over updates', value: 'validationMeanLogLoss' },
  { name: 'train', caption: 'Training loss as optimised, over updates', value: 'trainLoss' },
] as const;

/**
 * Plots of each network, a line a run: one network at a time where there are several. Null where none trained.
 * @param under what stands under the plots of a network
 */
export async function curvesBody(
  curves: readonly ComparedCurves[],
  marks: readonly string[],
  under: (curves: ComparedCurves) => string | null = () => null,
): Promise<Html | null> {
  const choices = [];
  for (const [n, drawn] of curves.slice(0, MOST_CHOICES).entries()) {
    const { stage, of } = drawn;
    const figures = [];
    for (const { name, caption, value } of FIGURES) {
      const lines = of.map((points) =>
        points.flatMap((point) => (point[value] === null ? [] : [[point.update, point[value]] as const])),
      );
      if (lines.every((line) => line.length === 0)) continue;
      const label = marked(marks, `${stage}: ${caption}`);
      const plot = await runsPlot({ id: `${name}-${n}`, label, mark: marks.join(' · '), lines });
      figures.push(html`<figure><figcaption>${caption}</figcaption>${plot}</figure>`);
    }
    const note = under(drawn);
    const body = html`<div class="pair">${figures}</div>
${note !== null && html`<p class="note">${note}</p>`}`;
    choices.push({ title: stage, body });
  }
  if (choices.length === 0) return null;
  return choices.length === 1 ? choices[0]!.body : chooser('network', 'Network', choices);
}
