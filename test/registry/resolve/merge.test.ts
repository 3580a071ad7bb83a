import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/registry/diagnostics/diagnostic.ts';
import { LANGUAGE } from '../../../src/registry/language/language.ts';
import { merge } from '../../../src/registry/resolve/steps/merge.ts';
import { at } from '../../../src/registry/values/path.ts';
import { type Node, nodeOf, type Plain, plain } from '../../../src/registry/values/value.ts';

const node = (value: Plain, file = 'a', layer: Node['layer'] = 'base'): Node =>
  nodeOf(value, { file, line: 1, column: 1 }, layer);
function over(lower: Plain, upper: Plain): Plain {
  const findings: Diagnostic[] = [];
  const merged = merge(node(lower), node(upper, 'b', 'recipe'), LANGUAGE, findings);
  expect(findings).toEqual([]);
  return plain(merged);
}

/** Plain maps without lists of maps, of a few keys, so that they meet. No shape: the general laws. */
const { value: tree } = fc.letrec<{ value: Plain; map: Plain }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.constantFrom('x', true),
    fc.array(fc.integer(), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
}));
const map = fc.dictionary(fc.constantFrom('a', 'b', 'c'), tree, { maxKeys: 3 });

/** Maps whose upper-case keys hold blocks, and whose lower-case keys hold values. */
const steady = fc.record(
  {
    a: fc.integer(),
    b: fc.array(fc.integer(), { maxLength: 2 }),
    C: fc.record(
      { d: fc.integer(), e: fc.constant(null), F: fc.dictionary(fc.constantFrom('g', 'h'), fc.integer()) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const combine = (lower: Node, upper: Node) => merge(lower, upper, undefined, []);

describe('laws of merging', () => {
  test('a layer over itself, over nothing and under nothing is itself', () => {
    fc.assert(
      fc.property(map, (value) => {
        expect(plain(combine(node(value), node(value)))).toEqual(value);
        expect(plain(combine(node({}), node(value)))).toEqual(value);
        expect(plain(combine(node(value), node({})))).toEqual(value);
      }),
    );
  });

  test('it does not matter which two of three layers are merged first, where a key is a block in all of them or in none', () => {
    // (A list between two maps hides the lower one; layers of a recipe are merged from the lowest up.)
    fc.assert(
      fc.property(steady, steady, steady, (a, b, c) => {
        const left = combine(combine(node(a), node(b)), node(c));
        const right = combine(node(a), combine(node(b), node(c)));
        expect(plain(left)).toEqual(plain(right));
      }),
    );
  });

  test('whatever the upper layer states stands, and all keys of both are there', () => {
    fc.assert(
      fc.property(map, map, (a, b) => {
        const result = combine(node(a, 'a'), node(b, 'b'));
        expect(new Set((result as Node & { kind: 'map' }).entries.keys())).toEqual(
          new Set([...Object.keys(a), ...Object.keys(b)]),
        );
        for (const [path, value] of leaves(b)) expect(plain(at(result, path) as Node)).toEqual(value);
      }),
    );
  });

  test('every replaced value stays reachable as what was shadowed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2, maxLength: 6 }), (values) => {
        const layers = values.map((value, index) => node({ x: value }, `file-${index}`));
        const merged = layers.reduce((lower, upper) => combine(lower, upper));
        const chain: [Plain, string][] = [];
        for (let here = at(merged, ['x']) ?? null; here; here = here.shadowed)
          chain.push([plain(here), here.place.file]);
        expect(chain).toEqual(values.map((value, index) => [value, `file-${index}`]).reverse());
      }),
    );
  });

  test('inputs are never changed', () => {
    fc.assert(
      fc.property(map, map, (a, b) => {
        const [lower, upper] = [node(a), node(b)];
        combine(lower, upper);
        expect([plain(lower), plain(upper)]).toEqual([a, b]);
      }),
    );
  });
});

function leaves(value: Plain, path: string[] = []): [string[], Plain][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

describe('blocks with a type', () => {
  test('a changed type drops the own parameters below it and keeps the common fields', () => {
    expect(
      over(
        { backbone: { type: 'small-cnn', width: 0.5, weights: 'none', batchNorm: 'trained' } },
        { backbone: { type: 'resnet-50-v2', blocks: 2 } },
      ),
    ).toEqual({ backbone: { type: 'resnet-50-v2', weights: 'none', batchNorm: 'trained', blocks: 2 } });
  });

  test('the same type and no type leave them', () => {
    const lower = { sequence: { type: 'bi-lstm', cells: 8 } };
    expect(over(lower, { sequence: { type: 'bi-lstm', layers: 1 } })).toEqual({
      sequence: { type: 'bi-lstm', cells: 8, layers: 1 },
    });
    expect(over(lower, { sequence: { layers: 1 } })).toEqual({ sequence: { type: 'bi-lstm', cells: 8, layers: 1 } });
  });

  test('a block below without a type is one of the default type', () => {
    expect(over({ windows: { a: { level: 1 } } }, { windows: { a: { type: 'sigmoid' } } })).toEqual({
      windows: { a: { type: 'sigmoid' } },
    });
    expect(over({ windows: { a: { level: 1 } } }, { windows: { a: { type: 'linear', width: 2 } } })).toEqual({
      windows: { a: { type: 'linear', level: 1, width: 2 } },
    });
  });

  test('the word none replaces the whole block, and a block replaces the word', () => {
    expect(over({ sequence: { type: 'bi-lstm', cells: 8 } }, { sequence: 'none' })).toEqual({ sequence: 'none' });
    expect(over({ sequence: 'none' }, { sequence: { type: 'bi-lstm' } })).toEqual({ sequence: { type: 'bi-lstm' } });
  });

  test('lists replace', () => {
    expect(over({ channels: [{ window: 'a' }, { window: 'b' }] }, { channels: [{ window: 'c' }] })).toEqual({
      channels: [{ window: 'c' }],
    });
  });
});
