import { describe, expect, test } from 'vitest';
import { describeComponent } from '../../../src/registry/describe.ts';
import { componentKey } from '../../../src/registry/language/nondefault.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { VALID } from '../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../fake-components.ts';

describe('the part of a component that enters a key', () => {
  test('has what differs from the defaults, common fields included', () => {
    const value = { type: 'bi-lstm', group: 'series', steps: 60, split: 'same', layers: 2, cells: 32, dropout: 0.3 };
    expect(componentKey(registry, 'sequence', value)).toEqual({ name: 'bi-lstm', version: 1, params: { cells: 32 } });
    expect(componentKey(registry, 'sequence', { ...value, steps: 30, cells: 256 }).params).toEqual({ steps: 30 });
  });

  test('has nothing that affects no result', () => {
    expect(componentKey(registry, 'source', { type: 'rsna', root: '/somewhere' }).params).toEqual({});
  });

  test('has parameters without a default, whatever they are', () => {
    expect(componentKey(registry, 'window', { type: 'linear', level: 40, width: 80 }).params).toEqual({
      level: 40,
      width: 80,
    });
  });

  test('knows null as a value and as a default', () => {
    const adam = { type: 'adam', learningRate: 1e-3, clipNorm: null, beta1: 0.9 };
    expect(componentKey(registry, 'optimizer', adam).params).toEqual({});
    expect(componentKey(registry, 'optimizer', { ...adam, clipNorm: 10 }).params).toEqual({ clipNorm: 10 });
  });

  test('looks into parameters of parameters, and knows a component by its version', () => {
    const soft = (softness: object) => componentKey(registry, 'window', { type: 'sigmoid', level: 40, softness });
    expect(soft({ power: 2, even: true })).toEqual({ name: 'sigmoid', version: 3, params: {} });
    expect(soft({ power: 3, even: true }).params).toEqual({ softness: { power: 3 } });
  });

  test('of a block that states nothing is empty: a default in the file changes no key', async () => {
    const { recipe } = await resolveText(VALID.replace('small-cnn, width: 0.5', 'small-cnn'), { registry, cwd: '/r' });
    if (!recipe || recipe.backbone === 'none') throw new Error('no backbone');
    expect(componentKey(registry, 'backbone', recipe.backbone).params).toEqual({});
  });

  test('is refused for a name that nobody has', () => {
    expect(() => componentKey(registry, 'window', { type: 'round' })).toThrow(
      expect.objectContaining({ code: 'unknown-component' }),
    );
  });
});

test('a description lists common fields first, each with what may stand there', () => {
  const { summary, version, parameters } = describeComponent(registry, 'optimizer', 'adam');
  expect({ summary, version }).toEqual({ summary: 'Fake optimizer adam.', version: 1 });
  expect(parameters.map(({ description: _, ...rest }) => rest)).toEqual([
    { name: 'learningRate', type: 'number', default: 0.001, range: 'above 0 and up to 10', unit: '', common: true },
    { name: 'clipNorm', type: 'number or null', default: null, range: 'above 0', unit: '', common: true },
    { name: 'weightDecay', type: 'number or null', default: null, range: 'from 0 to 1', unit: '', common: true },
    {
      name: 'decayExclude',
      type: 'list of text',
      default: ['bias', 'beta', 'gamma'],
      range: '',
      unit: '',
      common: true,
    },
    { name: 'schedule', type: 'map', default: { type: 'constant' }, range: '', unit: '', common: true },
    { name: 'beta1', type: 'number', default: 0.9, range: 'from 0 and below 1', unit: '', common: false },
  ]);
  const [level] = describeComponent(registry, 'window', 'linear').parameters;
  expect(level).toEqual({
    name: 'level',
    type: 'number',
    range: 'from -1000 to 3000',
    unit: 'HU',
    description: 'Middle.',
    common: false,
  });
  expect(describeComponent(registry, 'backbone', 'small-cnn').parameters[0]).toMatchObject({
    name: 'weights',
    type: 'text or map',
  });
});
