import { describe, expect, test } from 'vitest';
import { IchorError } from '../../src/errors.ts';
import { type Component, defineWindow, Type } from '../../src/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { fakeRegistry, fakes } from './fake-components.ts';

const window = (changes: Record<string, unknown>): Component =>
  ({
    ...defineWindow({
      name: 'mine',
      version: 1,
      summary: 'Mine.',
      params: Type.Object({}),
      contract: () => ({}),
      scale: () => 0,
    }),
    ...changes,
  }) as unknown as Component;

const refusal = (...components: Component[]): IchorError => {
  try {
    createRegistry(components);
  } catch (error) {
    if (error instanceof IchorError) return error;
    throw error;
  }
  throw new Error('It registered.');
};

describe('a registry', () => {
  test('gives components by kind and name', () => {
    expect(fakeRegistry.get('window', 'linear')?.summary).toBe('Fake window.');
    expect(fakeRegistry.get('window', 'adam')).toBeUndefined();
    expect(fakeRegistry.get('window', '__proto__')).toBeUndefined();
    expect(fakeRegistry.names('optimizer')).toEqual(['adam', 'sgd']);
    expect(fakeRegistry.all()).toEqual(fakes);
  });

  test('takes one name in two kinds, a prefixed name, and shares nothing with another', () => {
    const registry = createRegistry([window({ name: 'acme/adam' }), window({ name: 'adam' }), ...fakes]);
    expect(registry.get('window', 'acme/adam')?.name).toBe('acme/adam');
    expect(fakeRegistry.get('window', 'adam')).toBeUndefined();
  });

  test('refuses a name that is taken and names the component', () => {
    const error = refusal(window({}), window({}));
    expect(error).toMatchObject({ code: 'component-taken', exit: 2 });
    expect(error.message).toContain('window are named mine');
  });

  const number = (options: Record<string, unknown>) => Type.Number(options);
  test.each([
    [
      'a common field',
      { kind: 'backbone', network: () => 0, params: Type.Object({ weights: number({}) }) },
      /weights is a common field/,
    ],
    ['a parameter named type', { params: Type.Object({ type: number({}) }) }, /type is a common field/],
    ['params that are no object', { params: number({}) }, /TypeBox object/],
    ['no params', { params: undefined }, /TypeBox object/],
    ['a parameter without a schema', { params: { type: 'object', properties: { a: 7 } } }, /a has no schema/],
    ['a parameter in kebab case', { params: Type.Object({ 'a-b': number({}) }) }, /camelCase/],
    ['a parameter that plain objects cannot hold', { params: Type.Object({ constructor: number({}) }) }, /camelCase/],
    [
      'null that is not the default',
      { params: Type.Object({ a: Type.Union([number({}), Type.Null()], { default: 1 }) }) },
      /default must be null/,
    ],
    ['a name in capitals', { name: 'Mine' }, /lower case/],
    ['a word of the language', { name: 'none' }, /word of the recipe language/],
    ['no version', { version: 0 }, /whole number from 1/],
    ['no summary', { summary: '' }, /no summary/],
    ['no work', { scale: undefined }, /scale\(\) is missing/],
    ['no kind', { kind: 'lens' }, /definer/],
  ])('refuses %s', (_, changes, message) => {
    const error = refusal(window(changes));
    expect(error).toMatchObject({ code: 'component-invalid', exit: 2 });
    expect(error.message).toMatch(message);
    expect(error.message).toContain(String((changes as { name?: string }).name ?? 'mine'));
  });
});

test('the definers refuse wrong components at compile time', () => {
  const rest = { name: 'a', version: 1, summary: '', contract: () => ({}) };
  const level = Type.Object({ level: Type.Number() });
  const define = () => {
    // @ts-expect-error a window returns a number
    defineWindow({ ...rest, params: level, scale: () => 'grey' });
    // @ts-expect-error there is no such parameter
    defineWindow({ ...rest, params: level, scale: (hu: number, { width }) => hu / width });
    // @ts-expect-error a window needs its function
    defineWindow({ ...rest, params: level });
    defineWindow({ ...rest, params: level, scale: (hu, params) => hu - params.level });
  };
  expect(define).toBeTypeOf('function');
});
