import { LEAST, MOST_PRIMARY } from '../../statistics/limits.ts';
import {
  claimMargin,
  claimWithoutDesign,
  emptyBand,
  fifthPrimary,
  fixedOnMissing,
  fixedOnUnclear,
  gateExpectsNothing,
  negativeMargin,
  secondGate,
  tooFewRuns,
} from '../diagnostics/findings/claims.ts';
import type { Path } from '../values/path.ts';
import type { Place } from '../values/value.ts';
import type { StatedClaim } from './claim-language.ts';
import type { OpenTable } from './open-table.ts';
import type { TableClaim, TableRow } from './table.ts';

/** What can be said of each claim, and of all of them together, without their rows. */
export function checkClaims(table: OpenTable, claims: readonly StatedClaim[]): void {
  for (const [index, claim] of claims.entries()) checkClaim(table, claim, ['claims', index]);
  const places = (wanted: (claim: StatedClaim) => boolean, key: string) =>
    claims.flatMap((claim, index): { path: Path; place: Place }[] => {
      if (!wanted(claim)) return [];
      const path: Path = ['claims', index, key];
      return [{ path, place: keyPlace(table, path) }];
    });
  for (const { path, place } of places(({ primary }) => primary === true, 'primary').slice(MOST_PRIMARY))
    table.fail(fifthPrimary(place, path, MOST_PRIMARY));
  for (const equality of [false, true]) {
    const isOne = ({ gate, within }: StatedClaim) => gate === true && (within !== undefined) === equality;
    const [first, ...others] = places(isOne, 'gate');
    for (const { path, place } of others) table.fail(secondGate(place, path, equality, first?.place.line ?? 0));
  }
}

function checkClaim(table: OpenTable, claim: StatedClaim, path: Path): void {
  const at = (key: string): [Place, Path] => [keyPlace(table, [...path, key]), [...path, key]];
  const { by, within, design, sided, primary, gate, fixedOn, expect } = claim;
  if (design === undefined) table.fail(claimWithoutDesign(table.place(path), path));
  if (by !== undefined && by < 0) table.fail(negativeMargin(...at('by'), by));
  if (within !== undefined && within <= 0) table.fail(emptyBand(...at('within'), within));
  if (by !== undefined && within !== undefined)
    table.fail(
      claimMargin(
        ...at('within'),
        'A claim says that a row is better (by), or that two are equal (within), and not both.',
        'Make two claims of it.',
      ),
    );
  if (sided !== undefined && within !== undefined)
    table.fail(
      claimMargin(
        ...at('sided'),
        'That two are equal is shown by two one-sided tests.',
        'Leave sided out beside within.',
      ),
    );
  if (gate === true && Object.keys(expect ?? {}).length === 0) table.fail(gateExpectsNothing(...at('gate')));
  if (fixedOn !== undefined && fixedOn['data.seed'] === undefined && fixedOn.reason === undefined)
    table.fail(fixedOnUnclear(...at('fixedOn')));
  const margin = within !== undefined || (by ?? 0) > 0;
  if (margin && fixedOn === undefined && (primary === true || gate === true))
    table.fail(fixedOnMissing(...at(within === undefined ? 'by' : 'within'), primary ? 'primary claim' : 'gate'));
}

const keyPlace = (table: OpenTable, path: Path): Place => table.node(path)?.key ?? table.place(path);

/** What a claim counts, and how many of it its rows have. */
export function countedOf(
  { design }: Pick<TableClaim, 'design'>,
  row: Pick<TableRow, 'seeds' | 'dataSeeds'>,
): { have: number; least: number; what: string; text: string } {
  const nested = design === 'nested';
  const have = nested ? row.dataSeeds.length : row.seeds.length;
  const what = nested ? 'data seed' : 'seed';
  return {
    have,
    least: nested ? LEAST.replicates : LEAST.seeds,
    what: `${what}s`,
    text: `${have} ${what}${have === 1 ? '' : 's'}`,
  };
}

/** Claims that nothing decides, whatever comes out: told once for all that have as few. */
export function warnOfFewRuns(
  table: OpenTable,
  claims: readonly { claim: TableClaim; path: Path; row: TableRow }[],
): void {
  const groups = new Map<string, { place: Place; path: Path; text: string; wanted: string }[]>();
  for (const { claim, path, row } of claims) {
    const { have, least, what, text } = countedOf(claim, row);
    if (have >= least) continue;
    const one = { place: table.place(path), path, text, wanted: `${least} ${what}` };
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue;
    const lines = [...new Set(others.map(({ place }) => place.line))];
    table.fail(tooFewRuns(first.place, first.path, first.text, first.wanted, lines));
  }
}
