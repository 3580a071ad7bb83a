import { describe, expect, it } from 'vitest';
import folder from '../../../plugins/sources/folder.ts';
import rsna from '../../../plugins/sources/rsna.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { predictionRecipe } from '../../../src/runtime/runs/predict-run.ts';
import { registryOf } from '../stages/context.ts';

const registry = registryOf([rsna, folder] as unknown as Component[]);
const repairs = (source: object, options: { repairIntercept?: boolean } = {}) =>
  predictionRecipe({ name: 'a', data: { source } } as unknown as ResolvedRecipe, '/x', registry, {
    showIds: false,
    pictures: false,
    ...options,
  }).recipe.data.source.repairIntercept;

describe('the recipe of a prediction', () => {
  it('repairs wrapped values where the source of the run does, or on request', () => {
    expect(repairs({ type: 'rsna', root: '' })).toBe(true);
    expect(repairs({ type: 'folder', root: '', repairIntercept: true })).toBe(true);
    expect(repairs({ type: 'folder', root: '', repairIntercept: false })).toBe(false);
    expect(repairs({ type: 'folder', root: '', repairIntercept: false }, { repairIntercept: true })).toBe(true);
  });
});
