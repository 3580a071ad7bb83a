import { describe, expect, it } from 'vitest';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { VALID } from '../diagnostics/mistakes.ts';
import { fakeRegistry } from '../fake-components.ts';

const resolve = (text: string, files: Record<string, string> = {}, set: string[] = []) =>
  resolveText(text, { registry: fakeRegistry, cwd: '/r', files, set });
const codes = async (text: string, files: Record<string, string> = {}) =>
  (await resolve(text, files)).diagnostics.filter(({ severity }) => severity !== 'note').map(({ code }) => code);

const SEQUENCE = '  sequence: { updates: 100, batch: 8 }\n';
const trained = (lines: string) => VALID.replace('evaluation:', `${lines}evaluation:`);

describe('how long a network trains', () => {
  it('is said by its epochs or its updates: a layer that states one takes the place of the other', async () => {
    expect((await resolve(VALID)).recipe?.train.sequence).toMatchObject({ epochs: 10 });
    const updates = (await resolve(trained(SEQUENCE))).recipe?.train.sequence;
    expect(updates).toMatchObject({ updates: 100 });
    expect(updates).not.toHaveProperty('epochs');
    const over = (await resolve(VALID, {}, ['train.backbone.updates=7'])).recipe?.train.backbone;
    expect(over).toMatchObject({ updates: 7, batch: 8 });
    expect(over).not.toHaveProperty('epochs');
    const back = (await resolve(trained(SEQUENCE), {}, ['train.sequence.updates=null'])).recipe?.train.sequence;
    expect(back).toMatchObject({ epochs: 10 });
    const base = { 'base.yaml': trained(SEQUENCE) };
    const child = await resolve('recipe: 1\nextends: base.yaml\ntrain: { sequence: { epochs: 3 } }\n', base);
    expect(child.recipe?.train.sequence).toMatchObject({ epochs: 3, batch: 8 });
    expect(child.recipe?.train.sequence).not.toHaveProperty('updates');
  });

  it('is said once', async () => {
    const { diagnostics } = await resolve(trained('  sequence:\n    epochs: 3\n    updates: 100\n'));
    expect(diagnostics.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['budget-twice', 'train.sequence.updates', expect.any(Number)],
    ]);
  });

  it('is longer than a warm-up', async () => {
    const warm = (warmUp: number) =>
      codes(trained(`  sequence: { updates: 100, optimizer: { schedule: { type: constant, warmUp: ${warmUp} } } }\n`));
    expect(await warm(100)).toEqual(['warm-up-too-long']);
    expect(await warm(99)).toEqual([]);
    expect(await warm(0.9)).toEqual([]);
  });
});

describe('a contrast', () => {
  const CLAIM = 'contrast: { other: [sequence.cells, train.sequence] }\n';
  const beside = (here: string, there: string, claim = CLAIM) =>
    codes(`${trained(here).replace('cells: 32', 'cells: 64')}${claim}`, { 'other.yaml': trained(there) });

  it('holds two rows to as many updates, and as many labels an update, within 10 %', async () => {
    expect(await beside(SEQUENCE, SEQUENCE.replace('100', '109'))).toEqual([]);
    expect(await beside(SEQUENCE, SEQUENCE.replace('100', '120'))).toEqual(['contrast-budget']);
    expect(await beside(SEQUENCE, SEQUENCE.replace('batch: 8', 'batch: 16'))).toEqual(['contrast-budget']);
    // Two batches of 8 in an update are 16 labels an update.
    const halves = SEQUENCE.replace('batch: 8', 'batch: 4, accumulate: 2');
    expect(await beside(SEQUENCE, halves)).toEqual([]);
    expect(await beside(SEQUENCE, halves.replace('accumulate: 2', 'accumulate: 4'))).toEqual(['contrast-budget']);
    // Epochs of another batch are other updates.
    const epochs = (batch: number, epochs: number) => `  sequence: { epochs: ${epochs}, batch: ${batch} }\n`;
    expect(await beside(epochs(8, 5), epochs(8, 5).replace('8', '16'))).toEqual(['contrast-budget']);
    expect(await beside(epochs(8, 5), epochs(8, 6))).toEqual(['contrast-budget']);
    expect(await beside(epochs(8, 5), epochs(8, 5).replace('batch: 8', 'batch: 2, accumulate: 4'))).toEqual([]);
    // Only the data can tell what epochs come to.
    expect(await beside(SEQUENCE, epochs(8, 5))).toEqual([]);
  });

  it('says where it is, and what to do', async () => {
    const { diagnostics } = await resolve(`${trained(SEQUENCE).replace('cells: 32', 'cells: 64')}${CLAIM}`, {
      'other.yaml': trained(SEQUENCE.replace('100', '50')),
    });
    expect(diagnostics.find(({ code }) => code === 'contrast-budget')).toMatchObject({
      severity: 'error',
      path: 'contrast.other',
      message: 'The two recipes do not train as much: the sequence model has 100 updates here, 50 updates in other.',
      hint: expect.stringContaining('matched: no, reason'),
    });
  });

  it('may say that they are not matched, and why; or be about the budget itself', async () => {
    const other = SEQUENCE.replace('100', '50');
    const said = 'contrast:\n  other: { paths: [sequence.cells, train.sequence], matched: no, reason: as printed }\n';
    expect(await beside(SEQUENCE, other, said)).toEqual([]);
    const budget = 'contrast: { other: [train.sequence.updates] }\n';
    expect(await codes(`${trained(SEQUENCE)}${budget}`, { 'other.yaml': trained(other) })).toEqual([]);
    const without = 'contrast: { other: { paths: [sequence.cells, train.sequence], matched: no } }\n';
    expect(await beside(SEQUENCE, other, without)).not.toEqual([]);
  });
});

describe('a sweep', () => {
  const swept = (sweep: string, lines = '') => codes(`${trained(lines)}sweep: ${sweep}\n`);

  it('is warned where its points differ in budget by what else they try', async () => {
    expect(await swept('{ grid: { train.backbone.batch: [8, 32] } }')).toEqual(['sweep-budget']);
    expect(await swept('{ grid: { train.sequence.batch: [8, 16] } }', SEQUENCE)).toEqual(['sweep-budget']);
    expect(await swept('{ grid: { train.backbone.epochs: [1, 2], sequence.cells: [8, 16] } }')).toEqual([]);
    expect(await swept('{ grid: { sequence.cells: [8, 16] } }')).toEqual([]);
    const group = await resolve(`${VALID}sweep: { grid: { sequence.group: [series, patient] } }\n`);
    expect(group.diagnostics.find(({ code }) => code === 'sweep-budget')).toMatchObject({ severity: 'note' });
  });
});
