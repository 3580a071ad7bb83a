import { resolve as absolute, relative } from 'node:path';
import { blocksRun } from '../diagnostics/blocks-run.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import {
  claimForm,
  expectUnknown,
  figureUnknown,
  fullProfile,
  rowElsewhere,
  rowForm,
  rowIsSweep,
  rowNoSweep,
  rowProfile,
  rowProfileUnknown,
  rowRecipeMissing,
  rowRecipeOutside,
  rowTwice,
  rowUnknown,
  tableSeed,
  unknownTableProfile,
} from '../diagnostics/findings/tables.ts';
import { nameOfFile } from '../language/name-of-file.ts';
import type { LoadedPlugin } from '../plugins/plugin-reference.ts';
import type { ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';
import { contained } from '../resolve/containment.ts';
import { nearestFile, type ReadRecipe, readRecipe } from '../resolve/read-recipe.ts';
import { type Resolution, resolveRecipe } from '../resolve/resolve.ts';
import { type Assignment, pathProblem } from '../resolve/steps/override.ts';
import { PROFILE_FILE, SMOKE } from '../resolve/steps/profile.ts';
import { inSweep } from '../resolve/steps/sweep.ts';
import { at, formatPath, type Path, parsePath } from '../values/path.ts';
import { type Node, nodeOf, type Place, type Plain } from '../values/value.ts';
import { type ClaimSide, claimProblem } from './claim-problem.ts';
import { figureNames } from './figure-names.ts';
import { type Baseline, FULL, type Outcome, type PaperColumn, type StatedRow, type StatedTable } from './language.ts';
import { type LoadedTable, loadTable } from './load.ts';

/** One run of a row. */
export interface TableRun {
  seed: number | null;
  recipe(): ResolvedRecipe;
  /** The resolved recipe as YAML. */
  text(): string;
}

/** A line of the table: one recipe (or one setting of a sweep) over its seeds, or a predictor that looks at no picture. */
export interface TableRow {
  name: string;
  /** The row as the file states it; of a sweep's settings, the sweep. */
  stated: string;
  /** Where the table states it, from the working directory: `tables/table-2.yaml:15`. */
  at: string;
  /** What it sets over its recipe, by path. */
  set: Readonly<Record<string, Plain>>;
  note: string | null;
  /** The recipe's file, absolute; null for a predictor without pictures. */
  file: string | null;
  /** Profiles that its recipe was resolved under. */
  profile: readonly string[];
  /** Of a sweep's setting: its values by path. */
  values: Readonly<Record<string, Plain>> | null;
  /** Figures of the sweep's plot, as its recipe states them. */
  figures: readonly string[];
  baseline: { of: string; predictor: Baseline } | null;
  seeds: readonly (number | null)[];
  runs: readonly TableRun[];
  registry: Registry;
  plugins: readonly LoadedPlugin[];
  /** What stops a run of this row before it starts. */
  blocking: readonly Diagnostic[];
}

export interface TableClaim {
  claim: string;
  row: string;
  than: string;
  figure: string;
  by: number;
  /** Under the chosen profile; null: the outcome is only reported. */
  expect: Outcome | null;
}

export interface Table {
  file: string;
  name: string;
  title: string;
  figures: readonly string[];
  paper: PaperColumn | null;
  notes: readonly string[];
  /** `full`, or the names of the profiles. */
  profile: string;
  /** Values that the command line put over every row: the table is another one then. */
  set: readonly string[];
  rows: readonly TableRow[];
  claims: readonly TableClaim[];
}

export interface TableResolution {
  /** Null where there is an error among the diagnostics. */
  table: Table | null;
  diagnostics: readonly Diagnostic[];
  sources: ReadonlyMap<string, string>;
  /** Names of the table's own profiles. */
  profiles: readonly string[];
}

export interface ResolveTableOptions {
  registry: Registry;
  profile?: readonly string[];
  set?: readonly string[];
  cwd?: string;
  pluginCode?: boolean;
  read?: ReadRecipe;
}

/** Resolves a table file and the recipes of all of its rows. All findings at once, errors first. */
export async function resolveTable(file: string, options: ResolveTableOptions): Promise<TableResolution> {
  const cwd = options.cwd ?? process.cwd();
  const loaded = await loadTable(absolute(cwd, file), options.profile ?? [], options.read);
  return new TableResolver(loaded, cwd, options).resolve();
}

interface RowWork {
  index: number;
  path: Path;
  place: Place;
  name: string;
  stated: StatedRow;
}

class TableResolver {
  private readonly findings: Diagnostic[];
  /** Findings about the command line that rows have in common. */
  private readonly refused = new Map<string, { rows: readonly string[]; finding: Diagnostic }>();
  private readonly sources: Map<string, string>;
  private readonly names: readonly string[];

  constructor(
    private readonly loaded: LoadedTable,
    private readonly cwd: string,
    private readonly options: ResolveTableOptions,
  ) {
    this.findings = [...loaded.findings];
    this.sources = loaded.sources;
    this.names = options.profile ?? [];
  }

  async resolve(): Promise<TableResolution> {
    const { stated } = this.loaded;
    if (stated === null) return this.done(null);
    if (!this.commandLine()) return this.done(null);
    if (stated.name?.includes('.'))
      this.fail(
        rowForm(
          this.place(['name']),
          ['name'],
          `The name of a table has no dot, and this one is ${stated.name}: a dot sets off the profile in the name of its folder.`,
          `Write name: ${stated.name.replaceAll('.', '-')}`,
        ),
      );
    const all = stated.rows.map((row, index) => this.rowWork(row, index));
    const active = all.filter(({ stated: row }) => this.isActive(row.profiles));
    this.rowProfiles(all);
    if (active.length === 0) {
      const under = this.names.length === 0 ? FULL : this.names.join(', ');
      this.fail(
        rowForm(
          this.place(['rows']),
          ['rows'],
          `This table has no row under ${under}.`,
          `Name ${under} in the profiles of a row, or choose another with --profile.`,
        ),
      );
    }
    this.forms(active);
    const broken = new Set<string>();
    const found = new Map<RowWork, TableRow[]>();
    const unknown = new Map<string, number>();
    for (const work of active.filter(({ stated: row }) => row.of === undefined)) {
      const rows = await this.runRow(work, stated, unknown);
      if (rows === null) broken.add(work.name);
      else found.set(work, rows);
    }
    this.profiles(active, unknown);
    const running = [...found.values()].flat();
    for (const work of active.filter(({ stated: row }) => row.of !== undefined)) {
      const row = this.baselineRow(work, running, active, broken);
      if (row === null) broken.add(work.name);
      else found.set(work, [row]);
    }
    const rows = active.flatMap((work) => found.get(work) ?? []);
    this.expanded(active, found);
    this.figures(stated, rows);
    const claims = this.claims(stated, rows, all, broken);
    const failed = this.findings.some(({ severity }) => severity === 'error');
    if (failed) return this.done(null);
    const stem = nameOfFile(this.loaded.file, 'table').replaceAll('.', '-');
    const set = this.options.set ?? [];
    return this.done({
      file: this.loaded.file,
      name: stated.name ?? stem,
      title: [stated.title ?? stated.name ?? stem, ...set.map((one) => `--set ${one}`)].join(' · '),
      figures: stated.figures,
      paper: stated.paper ?? null,
      notes: [
        ...(set.length === 0
          ? []
          : [
              `Put over every row on the command line: ${set.join(', ')}. Outcomes of claims are reported, and not judged: their expectations are about the table as it is written.`,
            ]),
        ...(stated.notes ?? []),
      ],
      set,
      profile: this.names.length === 0 ? FULL : this.names.join('.'),
      rows,
      claims: set.length === 0 ? claims : claims.map((claim) => ({ ...claim, expect: null })),
    });
  }

  /** A seed for all rows would make one run of each of their seeds. False where nothing can be resolved so. */
  private commandLine(): boolean {
    for (const [index, argument] of (this.options.set ?? []).entries()) {
      if (/^\s*seed\s*=/.test(argument))
        this.findings.push(tableSeed({ file: '--set', line: index + 1, column: 1 }, ['seed']));
    }
    if ((this.options.set ?? []).length > 0) this.sources.set('--set', (this.options.set ?? []).join('\n'));
    if (this.names.length > 0) this.sources.set(PROFILE_FILE, this.names.join('\n'));
    // No recipe is resolved under it: nothing else that could be said would be about what was meant.
    const full = this.names.indexOf(FULL);
    if (full < 0) return true;
    this.findings.push(fullProfile({ file: PROFILE_FILE, line: full + 1, column: 1 }, FULL, false));
    return false;
  }

  private rowWork(stated: StatedRow, index: number): RowWork {
    const path: Path = ['rows', index];
    const place = this.place(path);
    const file = stated.recipe ?? stated.sweep;
    const name = stated.name ?? (file === undefined ? `row-${index + 1}` : nameOfFile(file, 'table'));
    return { index, path, place, name, stated };
  }

  private shown({ file, line }: Place): string {
    return `${(relative(this.cwd, file) || file).replaceAll('\\', '/')}:${line}`;
  }

  private place(path: Path): Place {
    for (let length = path.length; length > 0; length--) {
      const node = at(this.loaded.tree ?? undefined, path.slice(0, length));
      if (node) return node.place;
    }
    return { file: this.loaded.file, line: 1, column: 1 };
  }

  private isActive(profiles: readonly string[] | undefined): boolean {
    if (profiles === undefined) return true;
    return this.names.length === 0 ? profiles.includes(FULL) : this.names.some((name) => profiles.includes(name));
  }

  /** Under a misspelt profile a row would never be part of the table. */
  private rowProfiles(all: readonly RowWork[]): void {
    const known = [FULL, SMOKE, ...this.loaded.profiles];
    for (const { stated, path, name } of all) {
      for (const [index, profile] of (stated.profiles ?? []).entries()) {
        const below: Path = [...path, 'profiles', index];
        if (!known.includes(profile))
          this.findings.push(rowProfileUnknown(this.place(below), below, name, profile, known));
      }
    }
  }

  private forms(active: readonly RowWork[]): void {
    const seen = new Map<string, RowWork>();
    for (const work of active) {
      const { stated, path, place, name } = work;
      const kinds = (['recipe', 'sweep', 'of'] as const).filter((key) => stated[key] !== undefined);
      const form = (message: string, hint: string) => this.findings.push(rowForm(place, path, message, hint));
      if (kinds.length !== 1) {
        form(
          kinds.length === 0
            ? 'This row does not say what it shows.'
            : `This row says ${kinds.join(' and ')}, and it can be one of them only.`,
          'A row names one of: recipe: FILE; sweep: FILE; of: ROW, with a baseline.',
        );
      } else if (kinds[0] === 'of') {
        if (stated.baseline === undefined)
          form(
            `The row names ${stated.of}, and not which of its predictors it shows.`,
            'baseline: constant, or baseline: all-positive',
          );
        if (stated.name === undefined)
          form('A row of a predictor has no file to be named after.', 'Give it a name: { name: constant, … }');
        for (const key of ['set', 'seeds'] as const)
          if (stated[key] !== undefined)
            form(
              `${key} belongs to a row that runs, and this one shows a predictor of ${stated.of}.`,
              `Delete ${key}.`,
            );
      } else if (stated.baseline !== undefined) {
        form(
          'A baseline is a predictor of another row, and this one names a recipe.',
          'Write { name: constant, of: ROW, baseline: constant }.',
        );
      }
      const before = seen.get(name);
      if (before) this.findings.push(rowTwice(place, path, name, before.place.line));
      else seen.set(name, work);
    }
  }

  /** A setting of a sweep is a row as well, and may be called as a row that the file names. */
  private expanded(active: readonly RowWork[], found: ReadonlyMap<RowWork, readonly TableRow[]>): void {
    const seen = new Map<string, RowWork>();
    for (const work of active) {
      for (const { name } of found.get(work) ?? []) {
        const before = seen.get(name);
        // Of two rows that are stated under one name it is told already.
        if (before && before.name !== work.name)
          this.findings.push(rowTwice(work.place, work.path, name, before.place.line));
        seen.set(name, before ?? work);
      }
    }
  }

  /** Null where the row has an error, which is told. */
  private async runRow(work: RowWork, table: StatedTable, unknown: Map<string, number>): Promise<TableRow[] | null> {
    const { stated, path, name } = work;
    const kind = stated.recipe !== undefined ? 'recipe' : 'sweep';
    const file = stated.recipe ?? stated.sweep;
    if (file === undefined) return null;
    const filePath: Path = [...path, kind];
    const target = contained(file, this.loaded.file, this.cwd);
    if (target === null) return this.fail(rowRecipeOutside(this.place(filePath), filePath, file));
    const over = this.over(work);
    const seeds = this.seedsOf(work, table, kind);
    const { registry, set = [], pluginCode = true, read = readRecipe } = this.options;
    const resolution = await resolveRecipe(target, {
      registry,
      profile: this.names,
      set: set.filter((argument) => !/^\s*seed\s*=/.test(argument)),
      over: over ?? [],
      ...(seeds ? { seeds } : {}),
      cwd: this.cwd,
      pluginCode,
      read,
    });
    for (const [source, text] of resolution.sources) if (!this.sources.has(source)) this.sources.set(source, text);
    const missing = resolution.diagnostics.find((one) => one.code === 'recipe-missing' && one.file === target);
    if (missing) {
      const near = await nearestFile(target);
      const why = missing.message.slice(missing.message.lastIndexOf(': ') + 2, -1);
      const shown = near && relative(absolute(this.loaded.file, '..'), near);
      return this.fail(rowRecipeMissing(this.place(filePath), filePath, file, why, shown));
    }
    this.told(resolution, work, unknown);
    if (over === null || resolution.recipe === null || resolution.sweep === null) {
      const valid = resolution.recipe !== null && kind === 'sweep' && resolution.sweep === null;
      return valid ? this.fail(rowNoSweep(this.place(filePath), filePath, file)) : null;
    }
    if (kind === 'recipe' && resolution.sweep.stated)
      return this.fail(rowIsSweep(this.place(filePath), filePath, file));
    if (kind === 'sweep' && !resolution.sweep.stated)
      return this.fail(rowNoSweep(this.place(filePath), filePath, file));
    return rowsOf(resolution, {
      name,
      at: this.shown(work.place),
      set: stated.set ?? {},
      file: target,
      note: stated.note ?? null,
      profile: this.names,
    });
  }

  private fail(finding: Diagnostic): null {
    this.findings.push(finding);
    return null;
  }

  /** What the recipe's resolution found. That it has no profile of this name is told of the row, and not of the command line. */
  private told(resolution: Resolution, { path, place, name }: RowWork, unknown: Map<string, number>): void {
    for (const one of resolution.diagnostics) {
      if (one.file === '--set' && one.severity === 'error') this.refuseSet(one, name);
      else if (one.code !== 'unknown-profile') this.findings.push(one);
      else {
        const profile = this.names[one.line - 1] ?? '';
        this.findings.push(rowProfile(place, path, name, profile, one.hint ?? ''));
        unknown.set(profile, (unknown.get(profile) ?? 0) + 1);
      }
    }
  }

  /** What the command line puts over all rows, and some cannot take, is told once, with their names. */
  private refuseSet(one: Diagnostic, row: string): void {
    const key = JSON.stringify([one.line, one.message]);
    const rows = [...(this.refused.get(key)?.rows ?? []), row];
    const hint = [
      one.hint,
      `--set is put over every row, and ${rows.join(', ')} cannot take this: write it in the set of the rows that can.`,
    ]
      .filter(Boolean)
      .join(' ');
    const finding = { ...one, hint };
    const before = this.refused.get(key)?.finding;
    if (before === undefined) this.findings.push(finding);
    else this.findings.splice(this.findings.indexOf(before), 1, finding);
    this.refused.set(key, { rows, finding });
  }

  /** A profile that nobody has is a slip on the command line, told once. */
  private profiles(active: readonly RowWork[], unknown: ReadonlyMap<string, number>): void {
    const running = active.filter(({ stated }) => stated.of === undefined).length;
    for (const [index, name] of this.names.entries()) {
      if (name === SMOKE || this.loaded.profiles.includes(name) || unknown.get(name) !== running) continue;
      const own = this.findings.filter((one) => one.code === 'table-row-profile' && one.message.endsWith(` ${name}.`));
      for (const one of own) this.findings.splice(this.findings.indexOf(one), 1);
      const place: Place = { file: PROFILE_FILE, line: index + 1, column: 1 };
      this.findings.push(unknownTableProfile(place, name, [...this.loaded.profiles, SMOKE]));
    }
  }

  /** `set` of a row, each value at its place; null where a path is none. */
  private over({ path, stated }: RowWork): Assignment[] | null {
    let sound = true;
    const assignments = Object.keys(stated.set ?? {}).flatMap((text): Assignment[] => {
      const below: Path = [...path, 'set', text];
      const node = at(this.loaded.tree ?? undefined, below) as Node;
      const place = node.key ?? node.place;
      const parsed = parsePath(text);
      const parts = parsed?.map(({ part }) => ({ part, place })) ?? [];
      const problem =
        parsed === null
          ? rowForm(
              place,
              below,
              `${JSON.stringify(text)} is no path.`,
              'A key of set is a path as in --set: sequence.layers.',
            )
          : text === 'seed'
            ? tableSeed(place, below)
            : pathProblem(parts, 'by a table');
      if (problem) {
        sound = false;
        this.findings.push(problem);
        return [];
      }
      return [{ text: formatPath(parts.map(({ part }) => part)), parts, value: inSweep(node) }];
    });
    return sound ? assignments : null;
  }

  /** Of a sweep only those that the row itself states: it has its own. */
  private seedsOf({ path, stated }: RowWork, table: StatedTable, kind: 'recipe' | 'sweep'): readonly Node[] | null {
    const own = at(this.loaded.tree ?? undefined, [...path, 'seeds']);
    if (stated.seeds && own?.kind === 'list') return own.items;
    if (kind === 'sweep') return null;
    const shared = at(this.loaded.tree ?? undefined, ['seeds']);
    if (table.seeds && shared?.kind === 'list') return shared.items;
    return [nodeOf(0, this.place(path), 'sweep')];
  }

  private baselineRow(
    work: RowWork,
    running: readonly TableRow[],
    active: readonly RowWork[],
    broken: ReadonlySet<string>,
  ): TableRow | null {
    const { path, name, stated } = work;
    if (stated.of === undefined || stated.baseline === undefined) return null;
    const of = running.find((row) => row.name === stated.of);
    if (of === undefined) {
      const itself = active.find((one) => one.name === stated.of);
      if (broken.has(stated.of)) return null;
      const ofPath: Path = [...path, 'of'];
      if (itself?.stated.of !== undefined)
        return this.fail(
          rowForm(this.place(ofPath), ofPath, `${stated.of} runs nothing itself.`, 'Name a row with a recipe.'),
        );
      return this.fail(
        rowUnknown(
          this.place(ofPath),
          ofPath,
          stated.of,
          running.map((row) => row.name),
        ),
      );
    }
    return {
      ...of,
      name,
      stated: name,
      at: this.shown(work.place),
      set: {},
      note: stated.note ?? null,
      file: null,
      values: null,
      figures: [],
      baseline: { of: of.name, predictor: stated.baseline },
      runs: [],
      blocking: [],
    };
  }

  private figures(stated: StatedTable, rows: readonly TableRow[]): void {
    const known = new Map<TableRow, readonly string[] | null>();
    const namesOf = (row: TableRow) => {
      const recipe = row.runs[0]?.recipe();
      if (!known.has(row)) known.set(row, recipe ? figureNames(recipe, row.registry) : null);
      return known.get(row) ?? null;
    };
    const check = (figure: string, path: Path, of: readonly TableRow[]) => {
      const lacking = of.find((row) => namesOf(row)?.includes(figure) === false);
      if (lacking)
        this.findings.push(figureUnknown(this.place(path), path, figure, lacking.name, namesOf(lacking) ?? []));
    };
    for (const [index, figure] of stated.figures.entries()) check(figure, ['figures', index], rows);
    for (const [index, claim] of (stated.claims ?? []).entries())
      check(
        claim.figure,
        ['claims', index, 'figure'],
        rows.filter(({ name }) => name === claim.row || name === claim.than),
      );
  }

  private claims(
    stated: StatedTable,
    rows: readonly TableRow[],
    all: readonly RowWork[],
    broken: ReadonlySet<string>,
  ): TableClaim[] {
    const byName = new Map(rows.map((row) => [row.name, row]));
    const profiles = [...new Set([FULL, SMOKE, ...this.loaded.profiles, ...this.names])];
    return (stated.claims ?? []).flatMap((claim, index): TableClaim[] => {
      const path: Path = ['claims', index];
      for (const name of Object.keys(claim.expect ?? {})) {
        const below: Path = [...path, 'expect', name];
        const node = at(this.loaded.tree ?? undefined, below);
        if (!profiles.includes(name))
          this.findings.push(expectUnknown(node?.key ?? this.place(below), below, name, profiles));
      }
      const under = this.names.length === 0 ? [FULL] : [...this.names].reverse();
      const profile = under.find((name) => claim.expect?.[name] !== undefined);
      let whole = true;
      for (const key of ['row', 'than'] as const) {
        const name = claim[key];
        if (byName.has(name)) continue;
        whole = false;
        // Of a row that has errors itself nothing more is said.
        if ([...broken].some((one) => name === one || name.startsWith(`${one}.`))) continue;
        const below: Path = [...path, key];
        const elsewhere = all.some((row) => row.name === name);
        if (elsewhere && profile !== undefined)
          this.findings.push(rowElsewhere(this.place(below), below, name, profile));
        else if (!elsewhere) this.findings.push(rowUnknown(this.place(below), below, name, [...byName.keys()]));
      }
      const [row, than] = [byName.get(claim.row), byName.get(claim.than)];
      if (!whole || !row || !than) return [];
      const place = this.place(path);
      if (row === than) {
        this.fail(claimForm(place, path, `${claim.row} is compared with itself.`, 'Name another row under than.'));
        return [];
      }
      if (JSON.stringify(row.seeds) !== JSON.stringify(than.seeds)) {
        const text = (seeds: TableRow['seeds']) => seeds.map((seed) => seed ?? 'none').join(', ');
        this.fail(
          claimForm(
            place,
            path,
            `The rows of a claim are compared seed by seed: ${claim.row} has ${text(row.seeds)}, and ${claim.than} has ${text(than.seeds)}.`,
            'Give both the same seeds.',
          ),
        );
        return [];
      }
      const { claim: words, figure, by = 0 } = claim;
      const sides = [row, than].map((one) => this.sideOf(one, byName));
      const problem = sides[0] && sides[1] ? claimProblem(figure, [sides[0], sides[1]]) : null;
      if (problem) {
        const below: Path = problem.about === 'figure' ? [...path, 'figure'] : path;
        this.fail(claimForm(this.place(below), below, problem.message, problem.hint));
        return [];
      }
      return [
        {
          claim: words,
          row: row.name,
          than: than.name,
          figure,
          by,
          expect: profile === undefined ? null : (claim.expect?.[profile] ?? null),
        },
      ];
    });
  }

  /** The recipe of a claim's row: its seeds differ in nothing but their seed. */
  private sideOf(row: TableRow, byName: ReadonlyMap<string, TableRow>): ClaimSide | null {
    const runs = row.baseline === null ? row.runs : (byName.get(row.baseline.of)?.runs ?? []);
    const recipe = runs[0]?.recipe();
    return recipe === undefined ? null : { row, recipe, registry: row.registry };
  }

  private done(table: Table | null): TableResolution {
    const rank = { error: 0, warning: 1, note: 2 } as const;
    const unique = new Map(this.findings.map((one) => [JSON.stringify(one), one]));
    const mine = (one: Diagnostic) => (one.file === this.loaded.file ? 0 : 1);
    const diagnostics = [...unique.values()].sort(
      (a, b) =>
        rank[a.severity] - rank[b.severity] ||
        mine(a) - mine(b) ||
        a.file.localeCompare(b.file) ||
        a.line - b.line ||
        a.column - b.column,
    );
    return { table, diagnostics, sources: this.sources, profiles: this.loaded.profiles };
  }
}

/** A recipe's row, or a row for each setting of a sweep. */
function rowsOf(
  { sweep, registry, plugins, diagnostics }: Resolution,
  row: Pick<TableRow, 'name' | 'at' | 'set' | 'note' | 'profile'> & { file: string },
): TableRow[] {
  const groups = new Map<string, NonNullable<typeof sweep>['recipes'][number][]>();
  for (const one of sweep?.recipes ?? []) {
    const key = JSON.stringify(one.point.values);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((points): TableRow[] => {
    const [first] = points;
    if (!first) return [];
    const setting = first.point.name.replace(/\.?seed-\d+$/, '');
    return [
      {
        name: sweep?.stated && setting !== '' ? `${row.name}.${setting}` : row.name,
        stated: row.name,
        at: row.at,
        set: row.set,
        note: row.note,
        file: row.file,
        profile: row.profile,
        values: sweep?.stated ? first.point.values : null,
        figures: sweep?.figures ?? [],
        baseline: null,
        seeds: points.map(({ point }) => point.seed),
        runs: points.map(({ point, recipe, text }) => ({ seed: point.seed, recipe: once(recipe), text })),
        registry,
        plugins,
        blocking: blocksRun(diagnostics),
      },
    ];
  });
}

/** A table asks for the recipe of each of its runs whenever it is shown. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
