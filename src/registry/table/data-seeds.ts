import { dataSeedTwice } from '../diagnostics/findings/claims.ts';
import type { Assignment } from '../resolve/steps/override.ts';
import { inSweep } from '../resolve/steps/sweep.ts';
import type { Path } from '../values/path.ts';
import type { Node } from '../values/value.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';

/** What sets data.seed on the command line, alone or with all of `data`. */
const SETS_DATA_SEED = /^\s*data(\.seed)?\s*=/;

/** The data sets of a row: its own, else the table's; one null where its recipe says which. `refused`: two places say so, which is told. */
export function dataSeeds(table: OpenTable, { path, stated }: NamedRow): readonly (Node | null)[] | 'refused' {
  const own = stated.dataSeeds !== undefined;
  const shared = table.loaded.stated?.dataSeeds !== undefined;
  if (!own && !shared) return [null];
  const at: Path = own ? [...path, 'dataSeeds'] : ['dataSeeds'];
  const key = Object.keys(stated.set ?? {}).find((text) => text === 'data.seed' || text === 'data');
  if (key !== undefined) {
    const below: Path = [...path, 'set', key];
    table.fail(dataSeedTwice(table.node(below)?.key ?? table.place(below), below));
    return 'refused';
  }
  const argument = table.set.findIndex((text) => SETS_DATA_SEED.test(text));
  if (argument >= 0) {
    table.fail(dataSeedTwice({ file: '--set', line: argument + 1, column: 1 }, ['data', 'seed']));
    return 'refused';
  }
  const node = table.node(at);
  return node?.kind === 'list' ? node.items : [null];
}

/** Over a recipe as a row's `set` is. */
export function dataSeedOver(node: Node): Assignment {
  const parts = ['data', 'seed'].map((part) => ({ part, place: node.place }));
  return { text: 'data.seed', parts, value: inSweep(node) };
}
