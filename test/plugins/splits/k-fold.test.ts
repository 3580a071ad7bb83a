import { describe, expect, it } from 'vitest';
import kFold from '../../../plugins/splits/k-fold.ts';
import { stratify, unitOf } from '../../../plugins/splits/stratify.ts';
import { LABELS, type Label, type SplitPatient } from '../../../src/index.ts';
import { stream } from '../../../src/random.ts';

type Params = Parameters<typeof kFold.assign>[1];
const params = (of: Partial<Params> = {}): Params => ({ folds: 5, fold: 0, by: 'patient', ...of }) as Params;

/** Each patient with two slices; the second has the labels. */
const patient = (name: string, labels: readonly Label[], group = name): SplitPatient => ({
  patient: name,
  group,
  slices: [0, 1].map((n) => {
    const own = n === 0 || labels.length === 0 ? [] : [...labels, 'any'];
    return {
      slice: `${name}-${n}`,
      any: own.length > 0,
      labels: Object.fromEntries(LABELS.map((label) => [label, own.includes(label) ? 1 : 0])) as never,
    };
  }),
});

/** As CT-ICH's 82 patients: 36 with a haemorrhage, 4 with a subdural one, most of them of several types. */
const roster = (seed = 0): SplitPatient[] => {
  const counts = { epidural: 21, intraparenchymal: 16, intraventricular: 5, subarachnoid: 7, subdural: 4 } as const;
  const random = stream(seed, 'roster');
  const has = Array.from({ length: 36 }, () => new Set<Label>());
  for (const [label, count] of Object.entries(counts))
    for (const place of random.shuffle([...has.keys()]).slice(0, count)) has[place]?.add(label as Label);
  // A haemorrhage is of some type.
  for (const own of has) if (own.size === 0) own.add('epidural');
  return Array.from({ length: 82 }, (_, i) => patient(`P${i}`, [...(has[i] ?? [])]));
};

/** The patients that validate in each fold. */
const foldsOf = (of: readonly SplitPatient[], seed = 0, more: Partial<Params> = {}): string[][] =>
  Array.from({ length: more.folds ?? 5 }, (_, fold) => {
    const sides = kFold.assign(of, params({ ...more, fold }), seed);
    return of
      .filter(({ slices }) => slices.every(({ slice }) => sides.get(slice) === 'validation'))
      .map((one) => one.patient);
  });

describe('k-fold', () => {
  it('deals each labelled patient into exactly one fold, whichever is chosen', () => {
    const of = roster();
    for (const seed of [0, 1, 2]) expect(foldsOf(of, seed).flat().sort()).toEqual(of.map((one) => one.patient).sort());
  });

  it('has in each fold as many patients, and as many with a haemorrhage, as in another, or one more', () => {
    for (let seed = 0; seed < 20; seed++) {
      const of = roster(seed);
      const folds = foldsOf(of, seed);
      const bleeds = new Set(of.filter(({ slices }) => slices.some(({ any }) => any)).map((one) => one.patient));
      expect(folds.map((own) => own.length).sort()).toEqual([16, 16, 16, 17, 17]);
      expect(folds.map((own) => own.filter((name) => bleeds.has(name)).length).sort()).toEqual([7, 7, 7, 7, 8]);
    }
  });

  it('spreads each label: of four patients with it no two share a fold, of others none is far from its share', () => {
    for (let seed = 0; seed < 20; seed++) {
      const of = roster(seed);
      const folds = foldsOf(of, seed);
      for (const label of LABELS) {
        const having = of
          .filter(({ slices }) => slices.some(({ labels }) => labels?.[label] === 1))
          .map((one) => one.patient);
        const counts = folds.map((own) => own.filter((name) => having.includes(name)).length);
        const share = having.length / 5;
        // The rarest label is dealt first, and freely.
        if (label === 'subdural') expect(counts.sort()).toEqual([0, 1, 1, 1, 1]);
        for (const count of counts) expect(Math.abs(count - share), `${label} ${counts} ${seed}`).toBeLessThan(1.5);
      }
    }
  });

  it('depends on the seed, and not on the order of the patients', () => {
    const of = roster();
    const sorted = (folds: string[][]) => folds.map((own) => own.sort());
    expect(sorted(foldsOf(of.toReversed()))).toEqual(sorted(foldsOf(of)));
    expect(new Set([0, 1, 2, 3].map((seed) => JSON.stringify(sorted(foldsOf(of, seed))))).size).toBe(4);
  });

  it('keeps patients that share pictures in one fold', () => {
    const of = roster().map((one, i) => ({ ...one, group: i % 9 === 0 ? 'G' : one.group }));
    const folds = foldsOf(of);
    const together = of.filter(({ group }) => group === 'G').map((one) => one.patient);
    expect(folds.filter((own) => own.some((name) => together.includes(name)))).toHaveLength(1);
    expect(folds.flat()).toHaveLength(82);
  });

  it('deals slices where it is told to, and keeps those of one picture together', () => {
    const of = Array.from({ length: 10 }, (_, i) => {
      const { slices, ...one } = patient(`P${i}`, i < 5 ? ['subdural'] : []);
      return { ...one, slices: slices.map((slice, n) => (n === 0 && i < 3 ? { ...slice, picture: 'same' } : slice)) };
    });
    expect(kFold.contract(params({ by: 'slice' })).by).toBe('slice');
    const times = new Map<string, number>();
    for (let fold = 0; fold < 5; fold++) {
      const sides = kFold.assign(of, params({ by: 'slice', fold }), 3);
      expect(sides.size).toBe(20);
      expect(new Set(of.slice(0, 3).map(({ slices }) => sides.get(slices[0]?.slice as string))).size).toBe(1);
      expect([...sides].filter(([slice, side]) => side === 'validation' && /^P[0-4]-1$/.test(slice))).toHaveLength(1);
      for (const [slice, side] of sides) if (side === 'validation') times.set(slice, (times.get(slice) ?? 0) + 1);
    }
    expect([...times.values()]).toEqual(Array(20).fill(1));
  });

  it('says what it cannot do', () => {
    const few = roster().slice(0, 4);
    expect(() => kFold.assign(few, params(), 0)).toThrow('4 labelled patients cannot be dealt into 5 folds');
    expect(() => kFold.assign(roster(), params({ fold: 5 }), 0)).toThrow('There is no fold 5 of 5');
  });
});

describe('stratify', () => {
  it('goes by the rarest label first, as worked out by hand', () => {
    // Two folds; c is rarest and takes one fold, the other gets d of the label that both have.
    const unit = (name: string, ...labels: Label[]) =>
      unitOf(name, [Object.fromEntries([...labels, ...(labels.length > 0 ? ['any'] : [])].map((one) => [one, 1]))]);
    const units = [
      unit('a', 'epidural'),
      unit('b', 'epidural'),
      unit('c', 'epidural', 'subdural'),
      unit('d', 'epidural', 'subdural'),
      unit('e'),
      unit('f'),
    ];
    for (let seed = 0; seed < 10; seed++) {
      const dealt = stratify(units, 2, seed);
      for (const pair of ['ab', 'cd', 'ef'])
        expect([...pair].map((name) => dealt.get(name)).sort(), `${pair} ${seed}`).toEqual([0, 1]);
    }
  });
});
