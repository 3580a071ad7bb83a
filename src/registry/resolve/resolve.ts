import { resolve as absolute, basename } from 'node:path';
import { ownVersion } from '../../version.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { sweepPointsAlike } from '../diagnostics/findings/sweeps.ts';
import { moreFindings } from '../diagnostics/findings/syntax.ts';
import { nameOfFile } from '../language/name-of-file.ts';
import { type LoadedPlugin, loadPlugins, type PluginReference } from '../plugins/load-plugins.ts';
import type { ResolvedRecipe } from '../recipe.ts';
import { createRegistry, type Registry } from '../registry.ts';
import { recallingOnly } from '../values/memo.ts';
import { at } from '../values/path.ts';
import { isText, type Node, placesOf, plain } from '../values/value.ts';
import { contained } from './containment.ts';
import { nearestFile, type ReadRecipe, readRecipe } from './read-recipe.ts';
import { type Resolved, resolvedBlock, versionFindings } from './resolved-block.ts';
import { resolvedText } from './resolved-text.ts';
import { complete } from './steps/complete.ts';
import { checkContrast, contrastsOf, type Neighbour } from './steps/contrasts.ts';
import { extend } from './steps/extend.ts';
import { type Loaded, load } from './steps/load.ts';
import { type Assignment, SET_FILE } from './steps/override.ts';
import { applyProfiles, PROFILE_FILE, type Profiles, profilesOf, SMOKE } from './steps/profile.ts';
import { type Sweep, type SweepPoint, sweepOf } from './steps/sweep.ts';
import { sweepBudgets, triesBudgets } from './steps/sweep-budgets.ts';
import { TRACK_FILE } from './steps/track.ts';

/** A key of `contrast`: a recipe file from this one, without its ending. It stays in the project, as extends does. */
const NEIGHBOUR = /^(?:\.\.\/)*[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Of sweeps with more points none is held against each other: that would take longer than anybody waits for `check`. */
const MOST_COMPARED = 1000;

export interface ResolveOptions {
  /** The components that every recipe may name; a recipe's plugins come on top. */
  registry: Registry;
  /** Names of `--profile`, in order. */
  profile?: readonly string[];
  /** `path=value` of each `--set`, in order. */
  set?: readonly string[];
  /** `NAME` or `NAME=VALUE` of each `--track`, in order: trackers beside those of the recipe. */
  track?: readonly string[];
  /** Merge the built-in profile `smoke`, after the others. */
  smoke?: boolean;
  /** Values that a row of a table sets: over the profiles, below points of a sweep and the command line. */
  over?: readonly Assignment[];
  /** The seeds of a table's row: the points of a recipe without a sweep, and a sweep's in the place of its own. */
  seeds?: readonly Node[];
  /** Working directory: what `--set data.source.root` and a relative recipe path are meant from. */
  cwd?: string;
  /** False where a trained run predicts: no labels are needed. */
  training?: boolean;
  /** False: plugins are known by the schemas that they publish, and none of their code runs. */
  pluginCode?: boolean;
  /** For tests and editors: where texts of files come from. */
  read?: ReadRecipe;
}

export interface Resolution {
  /** Null where there is an error among the diagnostics. Of a sweep: the recipe without any of its points' values. */
  recipe: ResolvedRecipe | null;
  /** Every value with its origin; null where no text could be parsed. */
  tree: Node | null;
  /** All findings of all steps, errors first, each in the order of its file. */
  diagnostics: readonly Diagnostic[];
  /** The resolved recipe as YAML; empty where there is an error. */
  text: string;
  /** Every file that was read, the recipe last. */
  files: readonly string[];
  /** The text of each file, and of the arguments of `--set` and `--track`, for code frames. */
  sources: ReadonlyMap<string, string>;
  /** The components that this recipe may name: those of the options and of its plugins. */
  registry: Registry;
  plugins: readonly LoadedPlugin[];
  /** The points of a sweep, each resolved; null for a recipe that states none, and where there is an error. */
  sweep: ResolvedSweep | null;
}

export interface ResolvedSweep extends Sweep {
  recipes: readonly ResolvedPoint[];
}

export interface ResolvedPoint {
  point: SweepPoint;
  // Made when they are asked for: a sweep may have thousands of points.
  tree(): Node;
  recipe(): ResolvedRecipe;
  /** The resolved recipe as YAML. */
  text(): string;
}

/** Resolves a recipe file. A user's mistake is a diagnostic; this throws only for a component that is itself at fault. */
export async function resolveRecipe(file: string, options: ResolveOptions): Promise<Resolution> {
  const path = absolute(options.cwd ?? process.cwd(), file);
  const loaded = await load(path, options.read ?? readRecipe, options.cwd ?? process.cwd());
  return new Resolver(path, loaded, options).resolve();
}

class Resolver {
  private readonly cwd: string;
  private readonly names: readonly string[];
  private readonly set: readonly string[];
  private readonly findings: Diagnostic[];
  private registry: Registry;
  private plugins: readonly LoadedPlugin[] = [];
  private unseen = false;

  constructor(
    private readonly path: string,
    private readonly loaded: Loaded,
    private readonly options: ResolveOptions,
  ) {
    this.cwd = options.cwd ?? process.cwd();
    this.names = [...(options.profile ?? []).filter((name) => name !== SMOKE), ...(this.smoke() ? [SMOKE] : [])];
    this.set = options.set ?? [];
    this.findings = [...loaded.findings];
    this.registry = options.registry;
  }

  private smoke(): boolean {
    return this.options.smoke === true || (this.options.profile ?? []).includes(SMOKE);
  }

  async resolve(): Promise<Resolution> {
    // What a file that could not be read would have said is unknown: every further finding would be a guess.
    const extended = this.findings.length === 0 ? extend(this.loaded.files, this.findings) : undefined;
    if (!extended) return this.done(null);
    const profiles = profilesOf(this.loaded.files, this.findings);
    await this.loadPlugins(extended);
    const profiled = applyProfiles(extended, this.names, profiles, this.findings);
    const { tree } = this.complete(profiled, this.findings);
    this.tryProfiles(extended, profiles);
    const sweep = this.sweepPoints(profiled, tree);
    if (!this.failed()) this.findings.push(...(await this.contrasts(tree, extended, profiles)));
    const by = await ownVersion();
    this.findings.push(...versionFindings(this.statedBlock(), this.block(tree, by)));
    return this.done(tree, by, sweep);
  }

  private async loadPlugins(extended: Node): Promise<void> {
    const stated = at(extended, ['plugins']);
    const items = stated?.kind === 'list' ? stated.items : [];
    const references = items.flatMap((item, index): PluginReference[] =>
      isText(item) ? [{ name: item.value, place: item.place, path: ['plugins', index], from: item.place.file }] : [],
    );
    if (references.length === 0) return;
    const runCode = this.options.pluginCode ?? true;
    const { plugins, findings, unseen } = await loadPlugins(references, {
      builtIn: this.registry,
      runCode,
      cwd: this.cwd,
    });
    this.findings.push(...findings);
    this.plugins = plugins;
    this.unseen = unseen;
    this.registry = createRegistry([...this.registry.all(), ...plugins.flatMap(({ components }) => components)]);
  }

  private complete(
    profiled: Node,
    findings: Diagnostic[],
    point: SweepPoint | null = null,
    set: readonly string[] = this.set,
    over: readonly Assignment[] = this.options.over ?? [],
    track: readonly string[] = this.options.track ?? [],
  ): { tree: Node } {
    const { registry, cwd, unseen } = this;
    const training = this.options.training ?? true;
    return complete(
      profiled,
      { registry, cwd, set, track, over, point, name: nameOfFile(this.path, 'recipe'), training, unseen },
      findings,
    );
  }

  /**
   * A mistake in a profile that nobody has chosen yet is told as well: what is found at its own places, in the recipe's
   * own file. A base's profile, or one that goes over another, may fit other recipes: an edit of a list is judged where
   * it is used.
   */
  private tryProfiles(extended: Node, profiles: Profiles): void {
    for (const [name, stated] of profiles) {
      const parts = stated.filter(({ place }) => place.file === this.path);
      if (this.names.includes(name) || parts.length === 0) continue;
      const own = new Set(parts.flatMap((part) => placesOf(part).map(placeKey)));
      const findings: Diagnostic[] = [];
      this.complete(applyProfiles(extended, [name], profiles, findings), findings, null, [], [], []);
      this.findings.push(
        ...findings.filter((one) => one.severity === 'error' && one.code !== 'list-edit' && own.has(placeKey(one))),
      );
    }
  }

  private sweepPoints(profiled: Node, tree: Node): Swept | null {
    const seed = at(tree, ['seed']);
    const base = seed?.kind === 'scalar' && typeof seed.value === 'number' ? seed.value : 0;
    const sweep = sweepOf(this.loaded.files, base, this.set, this.findings, this.options);
    if (!sweep) return null;
    const findings: Diagnostic[] = [];
    // Thousands of complete trees are not kept: a point's is made again when somebody asks for it.
    // Repeats count up from the seed that the command line names.
    const set = this.set.filter((argument) => !/^\s*seed\s*=/.test(argument));
    const recipes = new Map<string, SweepPoint>();
    for (const point of sweep.points) {
      const { tree: own } = recallingOnly(() => this.complete(profiled, findings, point, set));
      if (sweep.points.length > MOST_COMPARED) continue;
      const recipe = JSON.stringify(plain(own));
      const same = recipes.get(recipe);
      if (same) findings.push(sweepPointsAlike(sweep.place, same.values, point.values));
      else recipes.set(recipe, point);
    }
    // A mistake of the recipe itself would be told once more for each point.
    const known = new Set(this.findings.map(findingKey));
    this.findings.push(...findings.filter((one) => !known.has(findingKey(one))));
    if (!this.failed() && triesBudgets(sweep.points)) {
      const treeOf = (point: SweepPoint) => recallingOnly(() => this.complete(profiled, [], point, set).tree);
      this.findings.push(...sweepBudgets(sweep.points, treeOf, this.registry));
    }
    return { sweep, tree: (point) => this.complete(profiled, [], point, set).tree };
  }

  private async contrasts(tree: Node, extended: Node, profiles: Profiles): Promise<Diagnostic[]> {
    const claims = contrastsOf(tree);
    if (claims.length === 0) return [];
    const own =
      this.set.length === 0 && (this.options.over ?? []).length === 0
        ? tree
        : this.complete(applyProfiles(extended, this.names, profiles, []), [], null, [], [], []).tree;
    const findings: Diagnostic[] = [];
    for (const [key, claim] of claims) {
      const file = NEIGHBOUR.test(key) ? contained(`${key}.yaml`, this.path, this.cwd) : null;
      const neighbour = file ? await this.neighbour(file) : { near: null };
      findings.push(
        ...checkContrast(own, key, claim, neighbour, { profile: this.names.length > 0, registry: this.registry }),
      );
    }
    return findings;
  }

  private async neighbour(path: string): Promise<Neighbour> {
    const loaded = await load(path, this.options.read ?? readRecipe, this.cwd);
    const first = loaded.findings[0];
    if (first?.code === 'recipe-missing' && first.file === path) {
      const near = await nearestFile(path);
      return { near: near && basename(near).replace(/\.ya?ml$/, '') };
    }
    const { over: _, seeds: __, track: ___, ...options } = this.options;
    const other = new Resolver(path, loaded, { ...options, set: [] });
    const tree = await other.alone();
    const broken = other.findings.find(({ severity }) => severity === 'error');
    if (broken) return { broken };
    return tree ? { tree } : { near: null };
  }

  /** Without contrasts, which would lead back to the recipe that asks, and without points. */
  private async alone(): Promise<Node | null> {
    const extended = this.findings.length === 0 ? extend(this.loaded.files, this.findings) : undefined;
    if (!extended) return null;
    await this.loadPlugins(extended);
    const profiles = profilesOf(this.loaded.files, this.findings);
    return this.complete(applyProfiles(extended, this.names, profiles, this.findings), this.findings).tree;
  }

  private statedBlock(): Node | undefined {
    return this.loaded.files.at(-1)?.node.entries.get('resolved');
  }

  private block(tree: Node, by: string, point: SweepPoint | null = null): Resolved {
    const { registry, names: profile, set } = this;
    return resolvedBlock(tree, registry, { by, profile, set, point, before: this.statedBlock() });
  }

  private failed(): boolean {
    return this.findings.some(({ severity }) => severity === 'error');
  }

  private done(tree: Node | null, by = '', swept: Swept | null = null): Resolution {
    const files = this.loaded.files.map((one) => one.file);
    const diagnostics = inOrder(this.findings, files);
    const sources = new Map(this.loaded.sources);
    if (this.set.length > 0) sources.set(SET_FILE, this.set.join('\n'));
    const { track = [] } = this.options;
    if (track.length > 0) sources.set(TRACK_FILE, track.join('\n'));
    if (this.names.length > 0) sources.set(PROFILE_FILE, this.names.join('\n'));
    const shared = { tree, diagnostics, files, sources, registry: this.registry, plugins: this.plugins };
    if (tree === null || this.failed()) return { ...shared, recipe: null, text: '', sweep: null };
    const text = resolvedText(tree, this.block(tree, by));
    const sweep = swept && { ...swept.sweep, recipes: this.points(swept, by) };
    return { ...shared, recipe: recipeOf(tree), text, sweep };
  }

  private points({ sweep, tree }: Swept, by: string): ResolvedPoint[] {
    return sweep.points.map((point) => ({
      point,
      tree: () => tree(point),
      recipe: () => recipeOf(tree(point)),
      text: () => {
        const own = tree(point);
        return resolvedText(own, this.block(own, by, point));
      },
    }));
  }
}

interface Swept {
  sweep: Sweep;
  tree(point: SweepPoint): Node;
}

/** The recipe as plain data; how it came about is no part of it. */
const recipeOf = (tree: Node): ResolvedRecipe => plain(tree) as unknown as ResolvedRecipe;

const MOST_FINDINGS = 200;
const SEVERITIES = ['error', 'warning', 'note'];

const placeKey = ({ file, line, column }: Pick<Diagnostic, 'file' | 'line' | 'column'>): string =>
  `${file}:${line}:${column}`;
const findingKey = (one: Diagnostic): string => `${one.code} ${placeKey(one)} ${one.path} ${one.message}`;

/** Errors first; then the recipe itself before what it extends; then by line. Doubles are dropped. */
function inOrder(findings: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const rank = ({ file }: Diagnostic) => (files.includes(file) ? files.length - files.indexOf(file) : files.length + 1);
  const unique = new Map(findings.map((one) => [findingKey(one), one]));
  const sorted = [...unique.values()].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      rank(a) - rank(b) ||
      a.line - b.line ||
      a.column - b.column,
  );
  const shown = sorted.slice(0, MOST_FINDINGS);
  const last = shown.at(-1);
  return last && sorted.length > shown.length ? [...shown, moreFindings(last, sorted.length - shown.length)] : shown;
}

/** `resolveRecipe` on texts in the place of files: `file` is the recipe, `files` what it may extend or contrast. */
export function resolveText(
  text: string,
  options: ResolveOptions & { file?: string; files?: Readonly<Record<string, string>> },
): Promise<Resolution> {
  const cwd = options.cwd ?? process.cwd();
  const file = absolute(cwd, options.file ?? 'recipe.yaml');
  const texts = new Map(Object.entries(options.files ?? {}).map(([name, content]) => [absolute(cwd, name), content]));
  texts.set(file, text);
  const read: ReadRecipe = async (path) => {
    const content = texts.get(path);
    return content === undefined ? readRecipe(path) : { text: content };
  };
  return resolveRecipe(file, { ...options, read });
}
