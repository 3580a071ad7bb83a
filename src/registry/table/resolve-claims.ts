import { LEAST } from '../../statistics/limits.ts';
import type { Question } from '../../statistics/question.ts';
import {
  crossedOnSeveral,
  fixedOnItself,
  gateUndecidable,
  nestedOnOne,
  nestedOnReal,
  outOfReach,
  sameRecipe,
  tooFewPatients,
} from '../diagnostics/findings/claims.ts';
import { claimForm, expectUnknown, rowElsewhere, rowUnknown } from '../diagnostics/findings/tables.ts';
import { SMOKE } from '../resolve/steps/profile.ts';
import type { Path } from '../values/path.ts';
import { askedMetrics } from './asked-metrics.ts';
import { predictorOf } from './baseline-row.ts';
import { checkClaims, countedOf, warnOfFewRuns } from './check-claims.ts';
import type { StatedClaim } from './claim-language.ts';
import { type ClaimSide, claimProblem } from './claim-problem.ts';
import { familyOf, mostPatients, smallestFrom } from './claim-reach.ts';
import { BASELINES, FULL } from './language.ts';
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
  checkClaims(table, claims);
  const known: ClaimRows = { byName: new Map(rows.map((row) => [row.name, row])), all, broken };
  const found = claims.flatMap((claim, index) => {
    const path: Path = ['claims', index];
    const resolved = resolveClaim(table, claim, path, known);
    return resolved === null ? [] : [{ ...resolved, path }];
  });
  warnOfFewRuns(table, found);
  for (const { claim, row, path } of found)
    warnOfReach(table, claim, row, path, claims[path[1] as number] as StatedClaim, claims);
  return found.map(({ claim }) => claim);
}

function resolveClaim(
  table: OpenTable,
  stated: StatedClaim,
  path: Path,
  known: ClaimRows,
): { claim: TableClaim; row: TableRow } | null {
  checkExpectations(table, stated, path);
  const under = table.names.length === 0 ? [FULL] : [...table.names].reverse();
  const profile = under.find((name) => stated.expect?.[name] !== undefined);
  const pair = rowsOfClaim(table, stated, path, known, profile);
  if (pair === null) return null;
  const [row, than] = pair;
  if (!comparable(table, stated.figure, path, pair, known.byName) || stated.design === undefined) return null;
  const claim: TableClaim = {
    claim: stated.claim,
    row: row.name,
    than: stated.than,
    partner: known.byName.has(stated.than) ? null : than,
    figure: stated.figure,
    design: stated.design,
    question: questionOf(stated),
    primary: stated.primary ?? false,
    gate: stated.gate ?? false,
    attempts: stated.attempts ?? 1,
    fixedOn: stated.fixedOn ?? null,
    budget: stated.budget ?? null,
    limit: stated.limit ?? null,
    at: table.shown(table.place(path)),
    expect: profile === undefined ? null : (stated.expect?.[profile] ?? null),
  };
  if (!checkDesign(table, claim, row, path, known.byName)) return null;
  checkFixedOn(table, claim, row, path, known.byName);
  const { have, least, text } = countedOf(claim, row);
  if (claim.gate && profile !== undefined && have < least)
    table.fail(
      gateUndecidable(table.node([...path, 'gate'])?.key ?? table.place(path), [...path, 'gate'], profile, text),
    );
  return { claim, row };
}

const questionOf = ({ by = 0, within, sided = 'two' }: StatedClaim): Question =>
  within === undefined ? { kind: 'better', by, sides: sided === 'one' ? 1 : 2 } : { kind: 'same', within };

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
  const isPredictor = BASELINES.some((one) => one === claim.than) && !all.some(({ name }) => name === claim.than);
  for (const key of isPredictor ? (['row'] as const) : (['row', 'than'] as const)) {
    const name = claim[key];
    if (byName.has(name)) continue;
    if ([...broken].some((one) => name === one || name.startsWith(`${one}.`))) continue;
    const below: Path = [...path, key];
    const elsewhere = all.some((row) => row.name === name);
    if (elsewhere && profile !== undefined) table.fail(rowElsewhere(table.place(below), below, name, profile));
    else if (!elsewhere) {
      const names = [...byName.keys(), ...(key === 'than' ? BASELINES : [])];
      table.fail(rowUnknown(table.place(below), below, name, names));
    }
  }
  const row = byName.get(claim.row);
  const than = isPredictor ? row && partnerOf(table, row, claim, path) : byName.get(claim.than);
  return row && than ? [row, than] : null;
}

/** A predictor out of the row's own evaluation. */
function partnerOf(table: OpenTable, row: TableRow, { than }: StatedClaim, path: Path): TableRow | undefined {
  const predictor = BASELINES.find((one) => one === than);
  if (predictor === undefined) return undefined;
  if (row.baseline !== null) {
    const below: Path = [...path, 'than'];
    table.fail(
      claimForm(
        table.place(below),
        below,
        `${row.name} looks at no picture itself, and has no ${predictor} predictor beside it.`,
        'Name a row with a recipe under row.',
      ),
    );
    return undefined;
  }
  const at = table.shown(table.place([...path, 'than']));
  return predictorOf(row, { name: than, predictor, at, note: null });
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
  const text = (seeds: TableRow['seeds']) => seeds.map((seed) => seed ?? 'none').join(', ');
  for (const [key, word] of [
    ['seeds', 'seed'],
    ['dataSeeds', 'data.seed'],
  ] as const) {
    if (JSON.stringify(row[key]) === JSON.stringify(than[key])) continue;
    return fail(
      path,
      `The rows of a claim are compared ${word} by ${word}: ${row.name} has ${text(row[key])}, and ${than.name} has ${text(than[key])}.`,
      `Give both the same ${key}.`,
    );
  }
  if (row.folds !== than.folds) {
    const over = ({ name, folds }: TableRow) =>
      folds === null ? `${name} over one split` : `${name} over ${folds} folds`;
    return fail(
      path,
      `The rows of a claim are compared patient by patient: ${over(row)}, and ${over(than)} validate on others.`,
      'Give both the same folds.',
    );
  }
  const [left, right] = [sideOf(row, byName), sideOf(than, byName)];
  const problem = left && right ? claimProblem(figure, [left, right]) : null;
  if (problem !== null)
    return fail(problem.about === 'figure' ? [...path, 'figure'] : path, problem.message, problem.hint);
  if (left && right && row.baseline === null && than.baseline === null && isSame(left, right))
    table.fail(sameRecipe(table.place(path), path, row.name, than.name));
  return true;
}

/** But for what it is called, and what it says of other recipes. */
function isSame({ recipe: left }: ClaimSide, { recipe: right }: ClaimSide): boolean {
  const bare = (recipe: ClaimSide['recipe']) =>
    JSON.stringify({ ...recipe, name: '', paper: null, contrast: null, accept: [] });
  return bare(left) === bare(right);
}

/** The recipe of a claim's row: its seeds differ in nothing but their seed. */
function sideOf(row: TableRow, byName: ReadonlyMap<string, TableRow>): ClaimSide | null {
  const recipe = runsOf(row, byName)[0]?.recipe();
  return recipe === undefined ? null : { row, recipe, registry: row.registry };
}

const runsOf = (row: TableRow, byName: ReadonlyMap<string, TableRow>): TableRow['runs'] =>
  row.baseline === null ? row.runs : (byName.get(row.baseline.of)?.runs ?? []);

/** What is repeated is what the design says. */
function checkDesign(
  table: OpenTable,
  { design }: TableClaim,
  row: TableRow,
  path: Path,
  byName: ReadonlyMap<string, TableRow>,
): boolean {
  const below: Path = [...path, 'design'];
  const data = row.dataSeeds.filter((one) => one !== null);
  const source = runsOf(row, byName)[0]?.recipe().data.source.type ?? '';
  const problem =
    design === 'crossed'
      ? data.length > 1
        ? crossedOnSeveral(table.place(below), below, data)
        : null
      : data.length < 2
        ? nestedOnOne(table.place(below), below)
        : row.registry.get('source', source)?.generate === undefined
          ? nestedOnReal(table.place(below), below, source)
          : null;
  if (problem !== null) table.fail(problem);
  return problem === null;
}

/** A margin that was chosen on the runs that decide says nothing: other data, and other networks. */
function checkFixedOn(
  table: OpenTable,
  { fixedOn }: TableClaim,
  row: TableRow,
  path: Path,
  byName: ReadonlyMap<string, TableRow>,
): void {
  if (fixedOn === null) return;
  const runs = runsOf(row, byName).map(({ recipe }) => recipe());
  for (const [key, used] of [
    ['data.seed', runs.map(({ data }) => data.seed)],
    ['seed', runs.map(({ seed }) => seed)],
  ] as const) {
    const both = [...new Set(used)].filter((one) => fixedOn[key]?.includes(one));
    const below: Path = [...path, 'fixedOn', key];
    if (both.length > 0) table.fail(fixedOnItself(table.node(below)?.key ?? table.place(below), below, key, both));
  }
}

/** What the number of patients, or a spread that the claim states, already says. */
function warnOfReach(
  table: OpenTable,
  claim: TableClaim,
  row: TableRow,
  path: Path,
  stated: StatedClaim,
  all: readonly StatedClaim[],
): void {
  const recipe = row.runs[0]?.recipe();
  const patients = recipe === undefined ? null : mostPatients(recipe, row.registry, row.folds !== null);
  const asked = recipe === undefined ? null : askedMetrics(recipe, row.registry);
  const figure = asked?.flatMap(({ figures }) => figures).find(({ name }) => name === claim.figure);
  const least = figure === undefined || isLoss(figure) ? LEAST.patients : LEAST.patientsOfCalls;
  if (patients !== null && patients < least) table.fail(tooFewPatients(table.place(path), path, patients, least));
  if (stated.spread === undefined) return;
  const family = familyOf(claim.primary, all);
  const counts = { seeds: row.seeds.length, replicates: row.dataSeeds.length, patients };
  const smallest = smallestFrom(stated.spread, { ...claim, family }, counts);
  const { question } = claim;
  if (smallest === null || question.kind !== 'same' || smallest <= question.within) return;
  const below: Path = [...path, 'within'];
  const runs = claim.design === 'nested' ? `${counts.replicates} data seeds` : `${counts.seeds} seeds`;
  const people = claim.design === 'nested' || patients === null ? '' : ` and ${patients} patients`;
  table.fail(
    outOfReach(table.place(below), below, {
      stated: question.within,
      least: smallest,
      from: `with the stated spread, ${runs}${people}`,
    }),
  );
}

const isLoss = ({ better, unit }: { better: string; unit: string }): boolean => better === 'lower' && unit === 'slice';
