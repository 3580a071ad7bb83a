import { describe, expect, it } from 'vitest';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import type { TableRow } from '../../../src/registry/table/table.ts';
import type { Budget } from '../../../src/runtime/artifacts/budget.ts';
import { BUDGET_COLUMNS, budgetCells } from '../../../src/runtime/table/budget-columns.ts';
import { budgetMarks, rowBudget } from '../../../src/runtime/table/row-budget.ts';

const budget = (changes: Partial<Budget> = {}): Budget => ({
  updates: 180,
  batch: 8,
  unit: 'series',
  items: 208,
  labelsPerUpdate: 152,
  passes: 7,
  parameters: 1000,
  ...changes,
});
const row = (name: string, networks: Record<string, Budget>) => ({
  row: { name, stated: `../controls/${name}.yaml`, baseline: null, values: null, set: {} } as unknown as TableRow,
  budget: rowBudget(networks),
});
const contrast = (of: ResolvedRecipe['contrast']) => ({ contrast: of }) as ResolvedRecipe;

describe("a row's budget", () => {
  it('is that of the backbones whose embeddings it rests on', () => {
    const own = budget({ updates: 375, unit: 'slices', labelsPerUpdate: 31.9, passes: 3 });
    const fold = { ...own, passes: 6 };
    const found = rowBudget({ backbone: own, 'backbone:fold-1': fold, 'backbone:fold-2': fold, sequence: budget() });
    expect(found).toMatchObject({ backbone: { passes: 6 }, backbones: 2, parameters: 2000 });
    expect(budgetCells(found)).toEqual(['2 of 375 × 31.9', '6.0', '180 × 152', '7.0', '2,000']);
    expect(budgetCells(null)).toEqual(BUDGET_COLUMNS.map(() => ''));
    expect(rowBudget({})).toBeNull();
  });

  it('says of a row that it stopped early, also where it claims nothing', () => {
    const stopped = { planned: 300, epochs: 7, plannedEpochs: 12, best: 4, metric: 'loss' };
    const one = row('patient', { sequence: budget({ stopped }) });
    expect(budgetCells(one.budget)).toEqual(['', '', '180 (of 300) × 152', '7.0', '1,000']);
    const marks = budgetMarks({ ...one, row: { ...one.row, set: { seed: 1 } } as never }, contrast(null), []);
    expect(marks).toEqual([
      'sequence stopped early after 7 of 12 epochs; loss on validation was best after 4: 180 updates, where the recipe has 300. A row beside it may have trained longer.',
    ]);
  });

  it('marks a row that trained on another one than it claims', () => {
    const series = row('by-series', { sequence: budget() });
    const mark = (changes: Partial<Budget>, claim: ResolvedRecipe['contrast']) =>
      budgetMarks(row('by-patient', { sequence: budget(changes) }), contrast(claim), [series]);
    expect(mark({ updates: 170, labelsPerUpdate: 140 }, { 'by-series': ['sequence.group'] })).toEqual([]);
    expect(mark({ updates: 36 }, { 'by-series': ['sequence.group'] })).toEqual([
      'Budget beside by-series not matched (sequence: 36 updates, there 180).',
    ]);
    expect(mark({ labelsPerUpdate: 240 }, { 'by-series': ['sequence.group'] })).toEqual([
      'Budget beside by-series not matched (sequence: 240 labels an update, there 152).',
    ]);
    const claim = { 'by-series': { paths: ['sequence.group'], matched: 'no' as const, reason: 'as printed' } };
    expect(mark({ updates: 36 }, claim)[0]).toContain('not matched: as printed');
    expect(mark({ updates: 36 }, { elsewhere: ['sequence.group'] })).toEqual([]);
  });
});
