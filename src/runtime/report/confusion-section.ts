import type { MetricFigure } from '../../registry/kinds/metric.ts';
import { judgedSide, type ModelMetrics, type SideMetrics } from '../artifacts/metrics.ts';
import { judgedWords } from '../evaluate/judged-words.ts';
import { MODEL_TITLES } from '../evaluate/summary-table.ts';
import { ruleInWords } from './headline.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';

const UNITS = { patient: 'Patients', series: 'Series' } as const;
type Unit = keyof typeof UNITS;
type Truth = NonNullable<MetricFigure['truth']>;

interface Counts {
  tp: number;
  fp: number;
  fn: number;
  tn: number;
}

interface Confusion extends Counts {
  /** Whose counts these are: equal ones are drawn once. */
  of: { unit: Unit; truth: Truth }[];
}

/** Calls against labels at the patient rule: patients and series, by both readings of the labels. Null where none is counted. */
export function confusionSection({ metrics, marks, final }: RunData): Section | null {
  if (metrics === null) return null;
  const models = metrics.models.flatMap((model) => {
    const side = model.sides.find((one) => one.side === judgedSide(metrics));
    const found = side ? confusions(side) : [];
    return found.length > 0 ? [{ model, found }] : [];
  });
  const last = models.find(({ model }) => model.model === final);
  if (last === undefined) return null;
  const others = models.filter((one) => one !== last);
  return {
    id: 'confusion',
    title: 'Confusion at the patient rule',
    short: 'Confusion',
    body: html`<p>${judgedWords(judgedSide(metrics)).title}, ${modelInWords(last.model)}. A series is called positive with ${ruleInWords(metrics.patient)}; a patient when any of its series is. The labels are read by the same rule, or as positive with any slice. Equal counts are shown once.</p>
<div class="matrices">${last.found.map((one) => matrix(marks, one))}</div>
${others.map(({ model, found }) => html`<details><summary>The same of the ${modelInWords(model)}</summary><div class="matrices">${found.map((one) => matrix(marks, one))}</div></details>`)}`,
  };
}

const modelInWords = ({ model, component }: ModelMetrics) => `${MODEL_TITLES[model]} model (${component})`;

/** Of each unit and truth (every figure of calls at the rule carries the same counts), equal ones together. */
function confusions({ figures }: SideMetrics): Confusion[] {
  const found = new Map<string, Counts & { unit: Unit; truth: Truth }>();
  for (const { name, unit, truth, counts } of figures) {
    const { tp, fp, fn, tn } = counts;
    if (unit === 'slice' || truth === undefined || !name.startsWith(`${unit}-f1 `)) continue;
    if (tp === undefined || fp === undefined || fn === undefined || tn === undefined) continue;
    found.set(`${unit} ${truth}`, { unit, truth, tp, fp, fn, tn });
  }
  const together = new Map<string, Confusion>();
  for (const { unit, truth, ...counts } of found.values()) {
    const key = JSON.stringify([counts.tp, counts.fp, counts.fn, counts.tn]);
    const known = together.get(key) ?? { ...counts, of: [] };
    known.of.push({ unit, truth });
    together.set(key, known);
  }
  return [...together.values()];
}

/** `Patients, truth: same-rule`; `Patients and series, truth: both agree` */
export function whoseCounts(of: Confusion['of']): string {
  const units = [...new Set(of.map(({ unit }) => unit))];
  const truths = (unit: Unit) => of.filter((one) => one.unit === unit).map(({ truth }) => truth);
  const inWords = (all: readonly Truth[]) => (all.length > 1 ? 'truth: both agree' : `truth: ${all.join()}`);
  const [first, second] = units.map(truths);
  const [one, other] = units.map((unit) => UNITS[unit]);
  if (first === undefined) return '';
  if (second === undefined) return `${one}, ${inWords(first)}`;
  if (first.join() === second.join()) return `${one} and ${other?.toLowerCase()}, ${inWords(first)}`;
  return `${one}, ${inWords(first)}; ${other?.toLowerCase()}, ${inWords(second)}`;
}

function matrix(marks: readonly string[], { of, tp, fp, fn, tn }: Confusion): Html {
  const cell = (count: number, name: string, right: boolean) =>
    html`<td class="${right ? 'right' : 'off'}"><b>${count.toLocaleString('en-GB')}</b> <small>${name}</small></td>`;
  return html`<table class="matrix"><caption><span>${marked(marks, whoseCounts(of))}</span></caption>
<thead><tr><td></td><th scope="col">called positive</th><th scope="col">called negative</th></tr></thead>
<tbody><tr><th scope="row">labelled positive</th>${cell(tp, 'true positive', true)}${cell(fn, 'false negative', false)}</tr>
<tr><th scope="row">labelled negative</th>${cell(fp, 'false positive', false)}${cell(tn, 'true negative', true)}</tr></tbody></table>
`;
}
