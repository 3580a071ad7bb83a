import { resolve as absolute } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { rowForm } from '../diagnostics/findings/tables.ts';
import { nameOfFile } from '../language/name-of-file.ts';
import { SMOKE } from '../resolve/steps/profile.ts';
import { baselineRow } from './baseline-row.ts';
import { checkCommandLine } from './check-command-line.ts';
import { checkFigures } from './check-figures.ts';
import { checkRowForms } from './check-row-forms.ts';
import { checkRowNames } from './check-row-names.ts';
import { checkRowProfiles } from './check-row-profiles.ts';
import { FULL, type StatedTable } from './language.ts';
import { loadTable } from './load.ts';
import { type NamedRow, namedRows } from './named-rows.ts';
import { OpenTable, type ResolveTableOptions } from './open-table.ts';
import { resolveClaims } from './resolve-claims.ts';
import { resolveRow } from './resolve-row.ts';
import { RowFindings } from './row-findings.ts';
import type { Table, TableClaim, TableRow } from './table.ts';

export interface TableResolution {
  /** Null where there is an error among the diagnostics. */
  table: Table | null;
  diagnostics: readonly Diagnostic[];
  sources: ReadonlyMap<string, string>;
  /** Names of the table's own profiles. */
  profiles: readonly string[];
}

/** Resolves a table file and the recipes of all of its rows. All findings at once, errors first. */
export async function resolveTable(
  file: string,
  { smoke = false, profile: named = [], ...rest }: ResolveTableOptions,
): Promise<TableResolution> {
  const cwd = rest.cwd ?? process.cwd();
  const profile = smoke ? [...named.filter((name) => name !== SMOKE), SMOKE] : named;
  const options = { ...rest, profile };
  const loaded = await loadTable(absolute(cwd, file), profile, options.read);
  const table = new OpenTable(loaded, cwd, options);
  const resolved = loaded.stated !== null && checkCommandLine(table) ? await resolveStated(table, loaded.stated) : null;
  const failed = table.findings.some(({ severity }) => severity === 'error');
  return {
    table: failed ? null : resolved,
    diagnostics: inOrder(table.findings, loaded.file),
    sources: table.sources,
    profiles: loaded.profiles,
  };
}

/** The table as far as it resolves; whether that is all of it the findings say. */
async function resolveStated(table: OpenTable, stated: StatedTable): Promise<Table> {
  checkName(table, stated);
  const all = namedRows(table, stated.rows);
  const active = all.filter((row) => table.isActive(row.stated.profiles));
  checkRowProfiles(table, all, active);
  checkRowForms(table, active);
  const { found, broken } = await resolveRows(table, active);
  const rows = active.flatMap((row) => found.get(row) ?? []);
  checkRowNames(table, active, found);
  checkFigures(table, stated, rows);
  return describedTable(table, stated, rows, resolveClaims(table, stated.claims ?? [], rows, all, broken));
}

function checkName(table: OpenTable, { name }: StatedTable): void {
  if (name?.includes('.'))
    table.fail(
      rowForm(
        table.place(['name']),
        ['name'],
        `The name of a table has no dot, and this one is ${name}: a dot sets off the profile in the name of its folder.`,
        `Write name: ${name.replaceAll('.', '-')}`,
      ),
    );
}

/** The rows that run, then the predictors without pictures, which are of one of them. `broken`: names of those with an error. */
async function resolveRows(
  table: OpenTable,
  active: readonly NamedRow[],
): Promise<{ found: ReadonlyMap<NamedRow, readonly TableRow[]>; broken: ReadonlySet<string> }> {
  const found = new Map<NamedRow, readonly TableRow[]>();
  const broken = new Set<string>();
  const add = (row: NamedRow, rows: readonly TableRow[] | null) => {
    if (rows === null) broken.add(row.name);
    else found.set(row, rows);
  };
  const told = new RowFindings(table);
  for (const row of active.filter(({ stated }) => stated.of === undefined))
    add(row, await resolveRow(table, row, told));
  told.joinProfiles(active);
  const running = [...found.values()].flat();
  for (const row of active.filter(({ stated }) => stated.of !== undefined)) {
    const baseline = baselineRow(table, row, running, active, broken);
    add(row, baseline && [baseline]);
  }
  return { found, broken };
}

/** What `--set` changed is another table than the file's: it says so, and expects nothing. */
function describedTable(
  { loaded: { file }, names, set }: OpenTable,
  stated: StatedTable,
  rows: readonly TableRow[],
  claims: readonly TableClaim[],
): Table {
  const stem = nameOfFile(file, 'table').replaceAll('.', '-');
  const about =
    set.length === 0
      ? []
      : [
          `Put over every row on the command line: ${set.join(', ')}. Outcomes of claims are reported, and not judged: their expectations are about the table as it is written.`,
        ];
  return {
    file,
    name: stated.name ?? stem,
    title: [stated.title ?? stated.name ?? stem, ...set.map((one) => `--set ${one}`)].join(' · '),
    figures: stated.figures,
    paper: stated.paper ?? null,
    notes: [...about, ...(stated.notes ?? [])],
    set,
    profile: names.length === 0 ? FULL : names.join('.'),
    rows,
    claims: set.length === 0 ? claims : claims.map((claim) => ({ ...claim, expect: null, gate: false })),
  };
}

/** Each once: errors first, those of the table's own file before those of its recipes, then by place. */
function inOrder(findings: readonly Diagnostic[], file: string): Diagnostic[] {
  const rank = { error: 0, warning: 1, note: 2 } as const;
  const unique = new Map(findings.map((one) => [JSON.stringify(one), one]));
  const mine = (one: Diagnostic) => (one.file === file ? 0 : 1);
  return [...unique.values()].sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      mine(a) - mine(b) ||
      a.file.localeCompare(b.file) ||
      a.line - b.line ||
      a.column - b.column,
  );
}
