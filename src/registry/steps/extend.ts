import { LANGUAGE, OWN_FIELDS } from '../language.ts';
import type { MapNode, Node } from '../value.ts';
import type { Loaded } from './load.ts';
import { merge } from './merge.ts';

/** Step 3: the files in their order, each over those before it. What is about one file alone is not inherited. */
export function extend(files: Loaded['files']): Node | undefined {
  const last = files.length - 1;
  return files.reduce<Node | undefined>((below, { node }, index) => {
    const own = new Set<string>(index === last ? ['extends'] : OWN_FIELDS);
    const entries = new Map([...node.entries].filter(([key]) => !own.has(key)));
    const layer: MapNode = { ...node, entries };
    return merge(below, layer, LANGUAGE);
  }, undefined);
}
