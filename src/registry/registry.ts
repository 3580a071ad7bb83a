import { IchorError } from '../errors.ts';
import { COMMON } from './kinds/common.ts';
import type { Component, ComponentOf } from './kinds/component.ts';
import { KINDS, type Kind } from './kinds/kind.ts';
import { schemaOf, takesNull } from './values/schema-type.ts';

/** The components that a recipe may name. Plain and immutable: two registries never share state. */
export interface Registry {
  get<K extends Kind>(kind: K, name: string): ComponentOf<K> | undefined;
  names(kind: Kind): readonly string[];
  all(): readonly Component[];
}

/** Keys that no map of a recipe may have, because plain objects cannot hold them safely. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The functions that the runtime calls on a component of each kind. */
export const WORK: Readonly<Record<Kind, readonly string[]>> = {
  source: ['contract', 'open'],
  'series-rule': ['contract', 'judge'],
  split: ['contract', 'assign'],
  window: ['contract', 'scale'],
  augmentation: ['contract'],
  backbone: ['contract', 'network'],
  sequence: ['contract', 'network'],
  loss: ['contract', 'cells'],
  optimizer: ['contract', 'scalars', 'update'],
  schedule: ['contract', 'factor'],
  sampler: ['contract', 'order'],
  calibration: ['contract', 'fit', 'calibrate'],
  metric: ['contract', 'evaluate'],
  tracker: ['contract', 'send'],
  executor: ['contract', 'submit', 'poll', 'cancel', 'collect'],
};

/**
 * A registry of these components, in their order.
 * Throws IchorError `component-taken` for a name that its kind has already, and `component-invalid` for a component
 * that is not of the form of its kind, both naming the component.
 */
export function createRegistry(components: readonly Component[]): Registry {
  const kinds = new Map<Kind, Map<string, Component>>(KINDS.map((kind) => [kind, new Map()]));
  for (const component of components) {
    const problem = componentProblem(component);
    if (problem) throw invalid(component, problem);
    const names = kinds.get(component.kind);
    if (names?.has(component.name)) {
      throw new IchorError(
        'component-taken',
        `Two components of the kind ${component.kind} are named ${component.name}.`,
        'Rename one of them; a plugin of your own puts a prefix before its names: acme/…',
        2,
      );
    }
    names?.set(component.name, component);
  }
  const all = Object.freeze([...components]);
  return Object.freeze({
    get: <K extends Kind>(kind: K, name: string) => kinds.get(kind)?.get(name) as ComponentOf<K> | undefined,
    names: (kind: Kind) => [...(kinds.get(kind)?.keys() ?? [])],
    all: () => all,
  });
}

function invalid(component: Component, problem: string): IchorError {
  const name = `${component?.kind ?? 'component'} ${component?.name ?? 'without a name'}`;
  return new IchorError('component-invalid', `The component "${name}" does not register: ${problem}`, undefined, 2);
}

/** Why this is no component of its kind, as a clause after its name; null where nothing is wrong. */
export function componentProblem(component: Component): string | null {
  if (!component || typeof component !== 'object') return 'it is no object; use a definer such as defineWindow.';
  if (!KINDS.includes(component.kind))
    return `its kind is none of ${KINDS.join(', ')}; use a definer such as defineWindow.`;
  if (typeof component.name !== 'string' || !/^([a-z0-9-]+\/)?[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(component.name)) {
    return 'its name must be lower case, words joined by hyphens.';
  }
  if (component.name === 'none') return 'none is a word of the recipe language.';
  if (!Number.isInteger(component.version) || component.version < 1)
    return 'its version must be a whole number from 1.';
  if (typeof component.summary !== 'string' || component.summary === '') return 'it has no summary.';
  for (const work of WORK[component.kind]) {
    if (typeof (component as unknown as Record<string, unknown>)[work] !== 'function') return `${work}() is missing.`;
  }
  return schemaProblem(component) ?? argumentProblem(component);
}

function argumentProblem(component: Component): string | null {
  const argument = component.kind === 'tracker' ? component.argument : undefined;
  if (argument === undefined || Object.hasOwn(component.params.properties, argument)) return null;
  return `its argument, ${JSON.stringify(argument)}, is none of its parameters.`;
}

function schemaProblem(component: Component): string | null {
  const params = schemaOf(component.params);
  if (params?.type !== 'object' || typeof params.properties !== 'object' || params.properties === null) {
    return 'params must be a TypeBox object: Type.Object({ … }).';
  }
  const common = COMMON[component.kind].properties;
  for (const [name, schema] of Object.entries(params.properties)) {
    if (name === 'type' || Object.hasOwn(common, name))
      return `its parameter ${name} is a common field of each ${component.kind}.`;
    if (FORBIDDEN_KEYS.has(name) || !/^[a-z][A-Za-z0-9]*$/.test(name)) {
      return `its parameter ${JSON.stringify(name)} must be one word in camelCase.`;
    }
    if (typeof schema !== 'object' || schema === null) return `its parameter ${name} has no schema.`;
    // In a recipe null removes a value, so that what it removes to must be null as well.
    if (takesNull(schema) && schema.default !== null)
      return `its parameter ${name} takes null, so its default must be null.`;
  }
  return null;
}
