import { type Path, parsePath } from '../../values/path.ts';
import { isText, type Node } from '../../values/value.ts';

/** What a recipe claims about a neighbour: the only paths in which the two differ, and whether they train as much. */
export interface ContrastClaim {
  paths: readonly { prefix: Path; node: Node; path: Path }[];
  /** False: `matched: no`, the budgets differ and a reason says why. */
  matched: boolean;
}

/** `key: [paths]`, or `key: { paths: [paths], matched: no, reason: … }`. */
export function claimOf(key: string, claim: Node): ContrastClaim {
  const list = claim.kind === 'map' ? claim.entries.get('paths') : claim;
  const above: Path = claim.kind === 'map' ? ['contrast', key, 'paths'] : ['contrast', key];
  const items = list?.kind === 'list' ? list.items : [];
  return {
    paths: items.flatMap((node, index) => {
      if (!isText(node)) return [];
      const parts = parsePath(node.value);
      return [{ prefix: parts?.map(({ part }) => part) ?? [node.value], node, path: [...above, index] }];
    }),
    matched: claim.kind !== 'map',
  };
}

/** What says how much is trained: where a claim names nothing else, the budget is the experiment. */
const BUDGET = ['epochs', 'updates', 'batch', 'stepsPerEpoch'];

export const isBudget = (path: Path): boolean =>
  path.length === 3 && path[0] === 'train' && BUDGET.includes(String(path[2]));
