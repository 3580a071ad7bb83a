import { ANY } from '../../labels.ts';
import { judgedWords } from '../evaluate/judged-words.ts';
import { decimals } from '../evaluate/shown.ts';
import { type WorstPatient, type WorstSlice, worstPatients, worstSlices } from './choose-worst.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { sign } from './series.ts';
import { sliceFigure, truthsInWords } from './slice-figure.ts';
import { dataTable } from './table.ts';

const LISTED = 10;
/** Each is three pictures: a page of a few MB opens at once. */
const PICTURED = 3;

/** Where the final model is most wrong on the slices that are judged: slices by their loss, patients by their call. Null without labels there. */
export async function worstSection(data: RunData): Promise<Section | null> {
  const { final, judged, predictions, patients, marks } = data;
  if (final === null) return null;
  const all = predictions.get(final) ?? [];
  const slices = worstSlices(all, LISTED, judged.side);
  if (slices.length === 0) return null;
  const people = worstPatients(all, patients, LISTED, judged.side);
  const wrong = people.filter(({ call, truth }) => call !== truth).length;
  const readable = new Set(data.shards?.slices ?? []);
  const shown = new Set<string>();
  const figures = async (of: readonly { slice: WorstSlice['slice']; title: string }[]): Promise<Html[]> => {
    const made: Html[] = [];
    for (const { slice, title } of of) {
      if (made.length === PICTURED || !readable.has(slice.slice) || shown.has(slice.slice)) continue;
      shown.add(slice.slice);
      made.push(await sliceFigure(data, slice, title));
    }
    return made;
  };
  const slicePictures = await figures(
    slices.map(({ slice, loss }) => ({ slice, title: `Loss ${decimals(loss)}, place ${slice.order}` })),
  );
  const peoplePictures = await figures(
    people.map(({ patient, worst, call, truth }) => ({
      slice: worst,
      title: `Patient ${patient}, called ${sign(call)}, truth ${sign(truth)}; place ${worst.order}`,
    })),
  );
  return {
    id: 'worst',
    title: 'Where it is most wrong',
    short: 'Most wrong',
    body: html`<p>${judgedWords(judged.side).title}, final model. These are chosen because they are the worst; they say nothing about how often it is wrong.</p>
${data.noPictures && html`<p class="note">${data.noPictures}</p>`}
<h3>Slices with the largest loss</h3>
${slicesTable(marks, slices)}
${slicePictures.length > 0 && html`<div class="slices">${slicePictures}</div>`}
<h3>Patients called otherwise than labelled, and with the largest loss</h3>
<p class="note">${wrong === 0 ? 'No patient is called otherwise than by the labels under the same rule.' : `The first ${wrong === 1 ? 'one is' : `${wrong} are`} called otherwise than by the labels under the same rule; then by loss.`} The pictures are each patient’s slice with the largest loss, where it is not shown above.</p>
${patientsTable(marks, people)}
${peoplePictures.length > 0 && html`<div class="slices">${peoplePictures}</div>`}`,
  };
}

function slicesTable(marks: readonly string[], slices: readonly WorstSlice[]): Html {
  return dataTable(
    marked(marks, 'Largest mean log loss over the six labels, at most two slices of a series'),
    [
      { title: 'slice', code: true },
      { title: 'series', code: true },
      { title: 'place', number: true },
      { title: 'loss', number: true },
      { title: 'p(any)', number: true },
      { title: 'true labels', wrap: true },
    ],
    slices.map(({ slice, loss }) => [
      slice.slice,
      slice.series,
      slice.order,
      decimals(loss),
      (slice.probabilities[ANY] as number).toFixed(3),
      truthsInWords(slice),
    ]),
  );
}

function patientsTable(marks: readonly string[], patients: readonly WorstPatient[]): Html {
  return dataTable(
    marked(marks, 'Patients: wrong calls first, then the largest mean log loss'),
    [
      { title: 'patient', code: true },
      { title: 'call' },
      { title: 'truth, same-rule' },
      { title: 'series', number: true },
      { title: 'labelled slices', number: true },
      { title: 'of them any', number: true },
      { title: 'mean log loss', number: true },
    ],
    patients.map(({ patient, call, truth, series, slices, positives, loss }) => [
      patient,
      html`<span class="${call === truth ? '' : 'wrong'}">${sign(call)}${call !== truth && ' (differs)'}</span>`,
      sign(truth),
      series,
      slices,
      positives,
      decimals(loss),
    ]),
  );
}
