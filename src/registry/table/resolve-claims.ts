import { claimForm, expectUnknown, rowElsewhere, rowUnknown } from '../diagnostics/findings/tables.ts';
import { SMOKE } from '../resolve/steps/profile.ts';
import type { Path } from '../values/path.ts';
import { type ClaimSide, claimProblem } from './claim-problem.ts';
import { FULL, type StatedClaim } from './language.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';
import type { TableClaim, TableRow } from './table.ts';

/** The rows that a claim may name. */
interface ClaimRows {
  byName: ReadonlyMap<string, TableRow>;
  /** All that the file states, under whatever profile. */
  all: readonly NamedRow[];
  /** Names of those that have an error, of which nothing more is said. */
  broken: ReadonlySet<string>;
}

/** The claims whose rows are there and can be compared; what is wrong with the others is told. */
export function resolveClaims(
  table: OpenTable,
  claims: readonly StatedClaim[],
  rows: readonly TableRow[],
  all: readonly NamedRow[],
  broken: ReadonlySet<string>,
): TableClaim[] {
  const known: ClaimRows = { byName: new Map(rows.map((row) => [row.name, row])), all, broken };
  return claims.flatMap((claim, index) => resolveClaim(table, claim, ['claims', index], known) ?? []);
}

function resolveClaim(table: OpenTable, claim: StatedClaim, path: Path, known: ClaimRows): TableClaim | null {
  checkExpectations(table, claim, path);
  const under = table.names.length === 0 ? [FULL] : [...table.names].reverse();
  const profile = under.find((name) => claim.expect?.[name] !== undefined);
  const pair = rowsOfClaim(table, claim, path, known, profile);
  if (pair === null) return null;
  const [row, than] = pair;
  if (!comparable(table, claim.figure, path, pair, known.byName)) return null;
  return {
    claim: claim.claim,
    row: row.name,
    than: than.name,
    figure: claim.figure,
    by: claim.by ?? 0,
    expect: profile === undefined ? null : (claim.expect?.[profile] ?? null),
  };
}

/** Under a misspelt profile nothing would ever be expected. */
function checkExpectations(table: OpenTable, { expect = {} }: StatedClaim, path: Path): void {
  const profiles = [...new Set([FULL, SMOKE, ...table.loaded.profiles, ...table.names])];
  for (const name of Object.keys(expect)) {
    const below: Path = [...path, 'expect', name];
    if (!profiles.includes(name))
      table.fail(expectUnknown(table.node(below)?.key ?? table.place(below), below, name, profiles));
  }
}

/** A row of another profile may be missing, unless something is expected (under `profile`) of the claim about it. */
function rowsOfClaim(
  table: OpenTable,
  claim: StatedClaim,
  path: Path,
  { byName, all, broken }: ClaimRows,
  profile: string | undefined,
): [TableRow, TableRow] | null {
  for (const key of ['row', 'than'] as const) {
    const name = claim[key];
    if (byName.has(name)) continue;
    if ([...broken].some((one) => name === one || name.startsWith(`${one}.`))) continue;
    const below: Path = [...path, key];
    const elsewhere = all.some((row) => row.name === name);
    if (elsewhere && profile !== undefined) table.fail(rowElsewhere(table.place(below), below, name, profile));
    else if (!elsewhere) table.fail(rowUnknown(table.place(below), below, name, [...byName.keys()]));
  }
  const [row, than] = [byName.get(claim.row), byName.get(claim.than)];
  return row && than ? [row, than] : null;
}

/** Whether two rows can be compared in a figure, by their seeds and recipes; why not is told. */
function comparable(
  table: OpenTable,
  figure: string,
  path: Path,
  [row, than]: [TableRow, TableRow],
  byName: ReadonlyMap<string, TableRow>,
): boolean {
  const fail = (below: Path, message: string, hint: string): false => {
    table.fail(claimForm(table.place(below), below, message, hint));
    return false;
  };
  if (row === than) return fail(path, `${row.name} is compared with itself.`, 'Name another row under than.');
  if (JSON.stringify(row.seeds) !== JSON.stringify(than.seeds)) {
    const text = (seeds: TableRow['seeds']) => seeds.map((seed) => seed ?? 'none').join(', ');
    return fail(
      path,
      `The rows of a claim are compared seed by seed: ${row.name} has ${text(row.seeds)}, and ${than.name} has ${text(than.seeds)}.`,
      'Give both the same seeds.',
    );
  }
  const [left, right] = [sideOf(row, byName), sideOf(than, byName)];
  const problem = left && right ? claimProblem(figure, [left, right]) : null;
  if (problem === null) return true;
  return fail(problem.about === 'figure' ? [...path, 'figure'] : path, problem.message, problem.hint);
}

/** The recipe of a claim's row: its seeds differ in nothing but their seed. */
function sideOf(row: TableRow, byName: ReadonlyMap<string, TableRow>): ClaimSide | null {
  const runs = row.baseline === null ? row.runs : (byName.get(row.baseline.of)?.runs ?? []);
  const recipe = runs[0]?.recipe();
  return recipe === undefined ? null : { row, recipe, registry: row.registry };
}
