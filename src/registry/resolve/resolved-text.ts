import { Document, isCollection, isMap, isScalar, type ScalarTag, visit } from 'yaml';
import { type MapNode, type Node, plain } from '../values/value.ts';
import type { Resolved } from './resolved-block.ts';

const LONGEST_LINE = 120;

/** `1.0e-7`: without a point, readers of YAML 1.1 (PyYAML) take it for a text. */
const WITH_POINT: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number' && /^-?\d+e/.test(String(value)),
  // Reading is left to the tags behind it.
  test: /^(?!)/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace('e', '.0e'),
};

/**
 * A resolved recipe as YAML that resolves to the same recipe again: complete, in the order of the data flow, and at its
 * end how it came about. `contrast` is left out: it is a claim about the files beside the recipe, wherever this text is
 * put.
 */
export function resolvedText(tree: Node, resolved: Resolved): string {
  const entries = tree.kind === 'map' ? [...tree.entries].filter(([key]) => key !== 'contrast') : [];
  const recipe = plain({ ...(tree as MapNode), entries: new Map(entries) }) as object;
  const document = new Document(
    { ...recipe, resolved },
    { version: '1.2', customTags: (tags) => [WITH_POINT, ...tags] },
  );
  visit(document, {
    Collection(_, node, path) {
      const flat = node.items.every((item) => (isMap(node) ? isScalarPair(item) : isScalar(item)));
      const deep = path.filter(isCollection).length > 0;
      if (deep && (flat || node.items.length === 0) && JSON.stringify(node).length < LONGEST_LINE - 20)
        node.flow = true;
    },
  });
  return document.toString({ lineWidth: LONGEST_LINE, flowCollectionPadding: true });
}

const isScalarPair = (item: unknown): boolean => isScalar((item as { value: unknown }).value);
