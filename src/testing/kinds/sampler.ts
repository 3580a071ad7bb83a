import { IchorError } from '../../errors.ts';
import { LABELS, type SliceLabels, TYPES } from '../../labels.ts';
import { stream } from '../../random.ts';
import type { SampledSlice } from '../../registry/kinds/sampler.ts';
import { orderProblem } from '../../registry/sampled-order.ts';
import { type Case, eachCase } from '../boundaries.ts';
import { checkRepeats } from '../network-run.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

const PATIENTS = 40;
const EPOCHS = [0, 1, 2, 40];
const DRAWS = ['slices', 'patients'];
const PREVALENCES = ['kept', 'changed'];

export async function checkSampler({ component, findings, base, boundaries }: Subject<'sampler'>): Promise<void> {
  const valid = await findings.check('contract', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const { draws, prevalence } = component.contract(paramsOf(at));
      if (!DRAWS.includes(draws))
        problem(`its contract draws ${shown(draws)} with ${at.words}; say one of ${DRAWS.join(', ')}.`);
      if (!PREVALENCES.includes(prevalence))
        problem(
          `the prevalence of its contract is ${shown(prevalence)} with ${at.words}; say one of ${PREVALENCES.join(', ')}.`,
        );
    });
  });
  if (!valid) return;
  const slices = roster(PATIENTS);
  const order = (at: Case, epoch: number, of: readonly SampledSlice[] = slices, seed = 0) =>
    component.order(of, { epoch, random: stream(seed, 'ichor/testing', epoch) }, paramsOf(at));
  const drawn = await findings.check('order', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      for (const of of [slices, slices.slice(0, 1)])
        for (const epoch of EPOCHS) {
          let places: readonly number[];
          try {
            places = order(at, epoch, of);
          } catch (error) {
            // One slice, or labels at an end of a range, may well be too little to draw so.
            if (error instanceof IchorError && (at !== base || of.length === 1)) continue;
            throw error;
          }
          const wrong = orderProblem(places, of, component.contract(paramsOf(at)));
          if (wrong === null) continue;
          problem(
            `of ${of.length} slices ${wrong} with ${at.words}; give places in the list, as many as \`draws\` says.`,
          );
          return;
        }
    });
  });
  if (!drawn) return;
  await findings.check('order: changes nothing', (problem) => {
    order(base, 0);
    // It was asked before: what is as it was made is as it should be.
    if (JSON.stringify(slices) !== JSON.stringify(roster(PATIENTS)))
      problem('order changes the slices that it is given; the next epoch reads them too.');
  });
  await findings.check('determinism', (problem) => {
    // Other epochs in between: an interrupted training goes on in the middle.
    const first = [...order(base, 3)];
    for (const epoch of EPOCHS) order(base, epoch);
    checkRepeats(problem, first, [...order(base, 3)]);
  });
  await findings.check('prevalence', (problem) => {
    if (component.contract(paramsOf(base)).prevalence === 'changed') return;
    for (const label of ['any', ...TYPES] as const) {
      const share = (of: readonly SampledSlice[]) => of.filter(({ labels }) => labels[label] === 1).length / of.length;
      const many = Array.from({ length: 200 }, (_, epoch) => order(base, epoch, slices, 1)).flat();
      const here = share(many.map((place) => slices[place] as SampledSlice));
      const there = share(slices);
      if (Math.abs(here - there) <= 0.05) continue;
      problem(
        `${label} is on ${Math.round(100 * here)} % of the slices that it draws, and on ${Math.round(100 * there)} % of those that there are; say prevalence: 'changed', so that log loss and calibration say it too.`,
      );
      return;
    }
  });
}

/** Patients of four slices each; every label is on some of them, `any` on a quarter. */
function roster(patients: number): SampledSlice[] {
  return Array.from({ length: 4 * patients }, (_, at) => {
    const positive = at % 4 === 1;
    const labels = Object.fromEntries(
      LABELS.map((label, place) => [label, positive && (label === 'any' || place === Math.floor(at / 4) % 5) ? 1 : 0]),
    ) as SliceLabels;
    const patient = `p${Math.floor(at / 4)}`;
    return { slice: `${patient}-${at % 4}`, series: `${patient}-s`, patient, labels };
  });
}
