import { resolve as absolute, basename, dirname, join } from 'node:path';
import type { Diagnostic } from './diagnostic.ts';
import { moreFindings } from './findings/syntax.ts';
import { NAME_PATTERN } from './language.ts';
import { nearestFile, type ReadRecipe, readRecipe } from './read-recipe.ts';
import type { ResolvedRecipe } from './recipe.ts';
import type { Registry } from './registry.ts';
import { resolvedText } from './resolved-text.ts';
import { checkContracts } from './steps/contracts.ts';
import { checkContrast, contrastsOf, type Neighbour } from './steps/contrasts.ts';
import { fillDefaults } from './steps/defaults.ts';
import { extend } from './steps/extend.ts';
import { type Loaded, load } from './steps/load.ts';
import { override, SET_FILE } from './steps/override.ts';
import { applySmoke } from './steps/profile.ts';
import { validate } from './steps/validate.ts';
import { type Node, plain } from './value.ts';

export interface ResolveOptions {
  registry: Registry;
  /** `path=value` of each `--set`, in order. */
  set?: readonly string[];
  /** Merge the built-in profile `smoke`. */
  smoke?: boolean;
  /** Working directory: what `--set data.source.root` and a relative recipe path are meant from. */
  cwd?: string;
  /** False where a trained run predicts: no labels are needed. */
  training?: boolean;
  /** For tests and editors: where texts of files come from. */
  read?: ReadRecipe;
}

export interface Resolution {
  /** Null where there is an error among the diagnostics. */
  recipe: ResolvedRecipe | null;
  /** Every value with its origin; null where no text could be parsed. */
  tree: Node | null;
  /** All findings of all steps, errors first, each in the order of its file. */
  diagnostics: readonly Diagnostic[];
  /** The resolved recipe as YAML; empty where there is an error. */
  text: string;
  /** Every file that was read, the recipe last. */
  files: readonly string[];
  /** The text of each file, and of the arguments of `--set`, for code frames. */
  sources: ReadonlyMap<string, string>;
}

/** Resolves a recipe file. A user's mistake is a diagnostic; this throws only for a component that is itself at fault. */
export async function resolveRecipe(file: string, options: ResolveOptions): Promise<Resolution> {
  const cwd = options.cwd ?? process.cwd();
  const path = absolute(cwd, file);
  const read = options.read ?? readRecipe;
  const loaded = await load(path, read);
  const set = options.set ?? [];
  const sources = new Map(loaded.sources);
  if (set.length > 0) sources.set(SET_FILE, set.join('\n'));
  const files = loaded.files.map((one) => one.file);
  const done = (tree: Node | null, findings: readonly Diagnostic[]): Resolution => {
    const diagnostics = inOrder(findings, files);
    const failed = tree === null || diagnostics.some(({ severity }) => severity === 'error');
    const recipe = failed ? null : (plain(tree) as unknown as ResolvedRecipe);
    return { recipe, tree, diagnostics, text: failed ? '' : resolvedText(tree), files, sources };
  };

  const steps: Steps = { path, cwd, options };
  const { tree, findings } = completed(loaded, set, steps);
  if (!tree || findings.some(({ severity }) => severity === 'error')) return done(tree, findings);
  return done(tree, [...findings, ...(await contrasts(tree, loaded, set, { ...steps, read }))]);
}

interface Steps {
  path: string;
  cwd: string;
  options: ResolveOptions;
}

/** Steps 3 to 10 on what was loaded. */
function completed(
  loaded: Loaded,
  set: readonly string[],
  { path, cwd, options }: Steps,
): { tree: Node | null; findings: Diagnostic[] } {
  // What a file that could not be read would have said is unknown: every further finding would be a guess.
  const extended = loaded.findings.length === 0 ? extend(loaded.files) : undefined;
  if (!extended) return { tree: null, findings: loaded.findings };
  const profiled = options.smoke ? applySmoke(extended) : extended;
  const overridden = override(profiled, set, cwd);
  const tree = fillDefaults(overridden.node, options.registry, nameOf(path));
  const invalid = validate(tree, options.registry);
  const contracts = checkContracts(tree, options.registry, { invalid, training: options.training ?? true });
  return { tree, findings: [...overridden.findings, ...invalid, ...contracts] };
}

async function contrasts(
  tree: Node,
  loaded: Loaded,
  set: readonly string[],
  steps: Steps & { read: ReadRecipe },
): Promise<Diagnostic[]> {
  const claims = contrastsOf(tree);
  if (claims.length === 0) return [];
  const { path, options, read } = steps;
  const own = set.length === 0 ? tree : (completed(loaded, [], steps).tree ?? tree);
  const findings: Diagnostic[] = [];
  for (const [key, claim] of claims) {
    const beside = new RegExp(NAME_PATTERN).test(key);
    const neighbour = beside ? await neighbourAt(join(dirname(path), `${key}.yaml`), steps, read) : { near: null };
    findings.push(...checkContrast(own, key, claim, neighbour, options.smoke ?? false));
  }
  return findings;
}

async function neighbourAt(path: string, steps: Steps, read: ReadRecipe): Promise<Neighbour> {
  const loaded = await load(path, read);
  const first = loaded.findings[0];
  if (first?.code === 'recipe-missing' && first.file === path) {
    const near = await nearestFile(path);
    return { near: near && basename(near).replace(/\.ya?ml$/, '') };
  }
  const { tree, findings } = completed(loaded, [], { ...steps, path });
  const broken = findings.find(({ severity }) => severity === 'error');
  if (broken) return { broken };
  return tree ? { tree } : { near: null };
}

/** A recipe that does not name itself has its file's name, made fit for the names of runs. */
function nameOf(path: string): string {
  const stem = basename(path)
    .replace(/\.ya?ml$/, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  const name = stem.slice(0, 64);
  return new RegExp(NAME_PATTERN).test(name) ? name : 'recipe';
}

const MOST_FINDINGS = 200;
const SEVERITIES = ['error', 'warning', 'note'];

/** Errors first; then the recipe itself before what it extends; then by line. Doubles are dropped. */
function inOrder(findings: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const rank = ({ file }: Diagnostic) => (files.includes(file) ? files.length - files.indexOf(file) : files.length + 1);
  const unique = new Map(
    findings.map((one) => [`${one.code} ${one.file}:${one.line}:${one.column} ${one.path} ${one.message}`, one]),
  );
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
