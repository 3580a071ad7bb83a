import { describe, expect, it } from 'vitest';
import { drawRoster } from '../../../../plugins/sources/phantom/roster.ts';

const shares = { positives: 0.5, repeatPatients: 0.13 };

describe('the roster', () => {
  it('holds the share of positives in every twenty studies', () => {
    for (const seed of [1, 2, 3]) {
      const roster = drawRoster(seed, 'train', 60, shares);
      for (const start of [0, 20, 40]) {
        expect(roster.slice(start, start + 20).filter((entry) => entry.type !== null)).toHaveLength(10);
      }
    }
    // 0.41 of 20 is 8.2: five blocks hold 41.
    const exact = drawRoster(1, 'train', 100, { ...shares, positives: 0.41 });
    expect(exact.filter((entry) => entry.type !== null)).toHaveLength(41);
  });

  it('deals each type in its share, epidural as rare as in RSNA and never missing in 25 positive studies', () => {
    const roster = drawRoster(4, 'train', 100, shares);
    const count = (type: string) => roster.filter((entry) => entry.type === type).length;
    // 50 positive studies are two decks of twenty-five.
    expect({
      epidural: count('epidural'),
      intraparenchymal: count('intraparenchymal'),
      intraventricular: count('intraventricular'),
      subarachnoid: count('subarachnoid'),
      subdural: count('subdural'),
    }).toEqual({ epidural: 2, intraparenchymal: 14, intraventricular: 8, subarachnoid: 10, subdural: 16 });
  });

  it('is the beginning of a longer one', () => {
    expect(drawRoster(9, 'test', 7, shares)).toEqual(drawRoster(9, 'test', 50, shares).slice(0, 7));
  });

  it('gives a patient further studies at about the rate asked for', () => {
    const roster = drawRoster(2, 'train', 2000, shares);
    const repeats = roster.filter((entry) => entry.patient !== entry.study).length;
    // Binomial, 1999 tries at 0.13: 260, standard deviation 15.
    expect(Math.abs(repeats - 260)).toBeLessThan(60);
    for (const entry of roster) expect(roster[entry.patient]?.patient).toBe(entry.patient);
  });

  it('makes patients of 90 slices and more out of several studies of 30', () => {
    const roster = drawRoster(7, 'train', 60, { ...shares, repeatPatients: 0.6 });
    const studies = new Map<number, number>();
    for (const { patient } of roster) studies.set(patient, (studies.get(patient) ?? 0) + 1);
    // Each further study comes with 0.6: 40 % of patients have one study, 24 % two, 36 % three or more.
    expect([...studies.values()].filter((count) => count * 30 >= 90).length).toBeGreaterThan(5);
    expect([...studies.values()].filter((count) => count === 1).length).toBeGreaterThan(3);
  });
});
