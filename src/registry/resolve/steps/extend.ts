import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LANGUAGE, OWN_FIELDS } from '../../language/language.ts';
import type { MapNode, Node } from '../../values/value.ts';
import type { Loaded } from './load.ts';
import { merge } from './merge.ts';

/** Read by steps of their own, and never merged. */
const CONSUMED = ['extends', 'profiles', 'sweep', 'resolved'];

/** Step 3: the files in their order, each over those before it. What is about one file alone is not inherited. */
export function extend(files: Loaded['files'], findings: Diagnostic[]): Node | undefined {
  const last = files.length - 1;
  return files.reduce<Node | undefined>((below, { node }, index) => {
    const own = new Set<string>(index === last ? CONSUMED : [...CONSUMED, ...OWN_FIELDS]);
    const entries = new Map([...node.entries].filter(([key]) => !own.has(key)));
    const layer: MapNode = { ...node, entries };
    return merge(below, layer, LANGUAGE, findings);
  }, undefined);
}
