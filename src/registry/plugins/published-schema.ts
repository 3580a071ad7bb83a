import { readFileSync } from 'node:fs';
import type { Component } from '../kinds/component.ts';
import { KINDS, type Kind } from '../kinds/kind.ts';
import type { Plugin } from '../kinds/plugin.ts';
import { WORK } from '../registry.ts';

/** `ichor.schema.json` of a plugin package: what its components are, so that a recipe is checked without running its code. */
export interface PublishedSchema {
  /** The prefix. */
  plugin: string;
  api: number;
  components: readonly { kind: Kind; name: string; version: number; summary: string; params: unknown }[];
}

/** The descriptors of a plugin's components, as plain JSON. */
export function publishedSchema({ name, api, components }: Plugin): PublishedSchema {
  const described = components.map(({ kind, name, version, summary, params }) => ({
    kind,
    name,
    version,
    summary,
    params,
  }));
  return JSON.parse(JSON.stringify({ plugin: name, api, components: described })) as PublishedSchema;
}

/** Throws an Error that says in a clause what is wrong with the file. */
export function readPublishedSchema(file: string): PublishedSchema {
  const json = parsed(file);
  if (!isMap(json) || typeof json.plugin !== 'string' || !Number.isInteger(json.api) || !Array.isArray(json.components))
    throw new Error('it must have plugin (the prefix), api and components');
  for (const component of json.components) {
    if (!isMap(component) || !KINDS.includes(component.kind as Kind) || typeof component.name !== 'string')
      throw new Error('each of its components must have a kind and a name');
  }
  return json as unknown as PublishedSchema;
}

/** Components that can be checked against, and none of whose functions can be called. */
export function schemaOnlyComponents({ components }: PublishedSchema): Component[] {
  return components.map((described) => {
    const functions = WORK[described.kind].map((name) => [name, () => notLoaded(described.name)] as const);
    return { ...described, ...Object.fromEntries(functions), schemaOnly: true } as unknown as Component;
  });
}

function notLoaded(name: string): never {
  throw new Error(`the code of ${name} was not loaded`);
}

/** What the published schema says otherwise than the code, a clause each. */
export function schemaDifferences(published: PublishedSchema, plugin: Plugin): string[] {
  const own = publishedSchema(plugin);
  const key = ({ kind, name }: { kind: Kind; name: string }) => `${kind} ${name}`;
  const there = new Map(published.components.map((component) => [key(component), component]));
  const here = new Map(own.components.map((component) => [key(component), component]));
  const differences: string[] = [];
  if (published.plugin !== own.plugin)
    differences.push(`its prefix is ${published.plugin} there and ${own.plugin} in the code`);
  for (const [name, component] of here) {
    const other = there.get(name);
    if (!other) differences.push(`${name} is missing there`);
    else if (canonical(other) !== canonical(component)) differences.push(`${name} is another there`);
  }
  for (const name of there.keys()) if (!here.has(name)) differences.push(`${name} is only there`);
  return differences;
}

/** Text of a value whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isMap(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it is no JSON');
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
