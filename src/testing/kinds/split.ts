import { IchorError } from '../../errors.ts';
import { LABELS, type SliceLabels, TYPES } from '../../labels.ts';
import type { SplitPatient } from '../../registry/kinds/split.ts';
import { type Case, eachCase } from '../boundaries.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

const SEEDS = [0, 1, 2, 3, 4];

export async function checkSplit({ component, findings, base, boundaries }: Subject<'split'>): Promise<void> {
  const patients = roster(60);
  const slices = patients.flatMap((patient) => patient.slices.map(({ slice }) => slice));
  const assign = (at: Case, seed: number, of: readonly SplitPatient[] = patients) =>
    component.assign(of, paramsOf(at), seed);
  await findings.check('contract', (problem) => {
    const { by } = component.contract(paramsOf(base));
    if (by !== 'patient' && by !== 'slice') problem(`its contract splits by ${shown(by)}; say 'patient' or 'slice'.`);
  });
  await findings.check('assign', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      for (const seed of SEEDS) {
        let sides: ReadonlyMap<string, string>;
        try {
          sides = assign(at, seed);
        } catch (error) {
          // At an end of a range data may well be too few.
          if (error instanceof IchorError && at !== base) continue;
          throw error;
        }
        const lost = slices.find((slice) => !sides.has(slice));
        if (lost) problem(`a labelled slice has no side with ${at.words}; give every slice of every patient one.`);
        const unknown = [...sides.keys()].find((slice) => !slices.includes(slice));
        if (unknown) problem(`it gives a side to ${shown(unknown)}, which is no slice that it was given.`);
        const odd = [...sides.values()].find((side) => side !== 'train' && side !== 'validation');
        if (odd !== undefined)
          problem(`it gives the side ${shown(odd)}; a labelled slice is on 'train' or 'validation'.`);
        for (const side of ['train', 'validation']) {
          if (![...sides.values()].includes(side as never))
            problem(
              `no slice of 60 patients is on the side ${side} with ${at.words}; throw an IchorError where data cannot be split.`,
            );
        }
      }
    });
  });
  const whole = await findings.check('whole patients', (problem) => {
    if (component.contract(paramsOf(base)).by !== 'patient') return;
    for (const seed of SEEDS) {
      const sides = assign(base, seed);
      const ofGroup = new Map<string, Set<string | undefined>>();
      for (const { group, patient, slices: own } of patients) {
        const mine = new Set(own.map(({ slice }) => sides.get(slice)));
        if (mine.size > 1)
          problem(
            `the patient ${patient} is on two sides, and the contract splits by patient; give all slices of a patient one side, or say by: 'slice'.`,
          );
        ofGroup.set(group, new Set([...(ofGroup.get(group) ?? []), ...mine]));
      }
      if ([...ofGroup.values()].some((found) => found.size > 1)) {
        problem('patients who share pictures (one `group`) are on two sides; keep a group together.');
      }
    }
  });
  const text = (sides: ReadonlyMap<string, string>) => JSON.stringify([...sides].sort());
  await findings.check('folds', (problem) => {
    const stated = component.contract(paramsOf(base)).folds;
    if (stated === undefined) return;
    for (const seed of SEEDS) {
      const times = new Map(slices.map((slice) => [slice, 0]));
      for (let fold = 0; fold < stated.folds; fold++) {
        const params = { ...base.params, fold } as never;
        if (component.contract(params).folds?.fold !== fold)
          problem(`its contract does not follow the parameter fold: it has to be one of 0 to ${stated.folds - 1}.`);
        for (const [slice, side] of component.assign(patients, params, seed))
          if (side === 'validation') times.set(slice, (times.get(slice) ?? 0) + 1);
      }
      const wrong = [...times].find(([, count]) => count !== 1);
      if (wrong)
        problem(
          `the slice ${wrong[0]} validates in ${wrong[1]} of ${stated.folds} folds; under one seed each validates in exactly one.`,
        );
    }
  });
  await findings.check('determinism', (problem) => {
    for (const seed of SEEDS) {
      const first = text(assign(base, seed));
      if (text(assign(base, seed)) !== first) {
        problem(
          'two calls with one seed give two splits; draw from `stream(seed, …)` or `seedOf(seed, …)`, never from Math.random.',
        );
      } else if (text(assign(base, seed, [...patients].reverse())) !== first) {
        problem(
          'the order of the patients changes the split; draw for each patient by name: `seedOf(seed, …, patient)`.',
        );
      }
    }
  });
  if (!whole) return;
  await findings.check('data that cannot be split', (problem) => {
    for (const few of [[], patients.slice(0, 1)]) {
      try {
        const sides = new Set(assign(base, 0, few).values());
        if (few.length > 0 && sides.size < 2 && component.contract(paramsOf(base)).by === 'patient')
          problem('one patient is split into one side without a word; throw an IchorError that says what is missing.');
      } catch (error) {
        if (!(error instanceof IchorError)) throw error;
      }
    }
  });
}

/** Patients of one to four slices, half of them with haemorrhage; two pairs share a picture. */
function roster(count: number): SplitPatient[] {
  return Array.from({ length: count }, (_, i) => {
    const patient = `p${i}`;
    const slices = Array.from({ length: 1 + (i % 4) }, (_unused, n) => ({
      slice: `${patient}-${n}`,
      any: i % 2 === 0 && n < 2,
      labels: labelsOf(i % 2 === 0 && n < 2, i / 2),
    }));
    return { patient, group: i === 11 ? 'p10' : i === 31 ? 'p30' : patient, slices };
  });
}

/** The five types in turn, beside `any`. */
const labelsOf = (any: boolean, turn: number): SliceLabels =>
  Object.fromEntries(
    LABELS.map((label, place) => [label, any && (label === 'any' || place === turn % TYPES.length) ? 1 : 0]),
  ) as SliceLabels;
