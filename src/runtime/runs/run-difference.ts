import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Path } from '../../registry/values/path.ts';
import type { Node } from '../../registry/values/value.ts';
import type { RunMachine } from '../machine.ts';
import { machineText } from '../machine.ts';
import type { DiffSide } from '../plan/diff.ts';
import { keyPlan } from '../plan/keys.ts';
import { type KeyOrigin, partDifferences, pathsOf } from '../plan/part-differences.ts';
import { planRecipe } from '../plan/plan.ts';
import { readManifest, Store } from '../store/store.ts';
import type { RunRecord } from './run-folder.ts';

export { recipeOfRun } from './open-evaluated.ts';

/** A run as a side: what its artifacts say of themselves. What is no longer in the store is reckoned from its recipe. */
export async function runSide(
  record: RunRecord,
  recipe: ResolvedRecipe,
  tree: Node,
  registry: Registry,
  storeRoot: string,
): Promise<DiffSide> {
  const store = new Store(storeRoot);
  const engine = record.engine && { ...record.engine, precision: 'float32' };
  const generates = record.data.files === null;
  const context = generates ? { engine } : { engine, fingerprint: record.data.fingerprint };
  const reckoned = new Map(keyPlan(planRecipe(recipe, registry), context).map((one) => [one.id, one]));
  const stages: [string, { key: string; origin: KeyOrigin; seedFrom: Path | null }][] = [];
  for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
    const manifest = await readManifest(store.folder(stage, key));
    const own = reckoned.get(id);
    const origin = manifest?.parts ? manifest : own && { parts: own.parts, paths: pathsOf(own) };
    if (origin) stages.push([id, { key, origin, seedFrom: own?.seedFrom ?? null }]);
  }
  return { tree, stages: new Map(stages) };
}

export interface FactDifference {
  /** `engine`, `koffi`, `backbone small-cnn`, `git commit`. */
  name: string;
  a: string;
  b: string;
}

const machineWords = (machine: RunMachine, _: number, all: readonly RunMachine[]): string =>
  `${machineText(machine)}${all.length > 1 ? ` (${machine.artifacts.join(', ')})` : ''}`;

/** In what two runs differ beside their recipes. */
export function runFacts(a: RunRecord, b: RunRecord): FactDifference[] {
  return factsThatDiffer([a, b]).map(({ name, texts: [left = '', right = ''] }) => ({ name, a: left, b: right }));
}

/** In what several runs differ: a text for each of them. */
export interface RunsFact {
  /** `engine`, `window my/soft`, `code of window my/soft`. */
  name: string;
  texts: string[];
  /** Of its version or code: `window my/soft`. */
  component?: string;
}

/** In what several runs differ beside their recipes. */
export function factsThatDiffer(runs: readonly RunRecord[]): RunsFact[] {
  const facts = runs.map(factsOf);
  const names = [...new Set(facts.flatMap((one) => Object.keys(one)))];
  const isComponent = (name: string) => runs.some(({ components }) => Object.hasOwn(components ?? {}, name));
  return names
    .map((name) => ({
      name,
      texts: facts.map((one) => one[name] ?? 'none'),
      ...(isComponent(name) ? { component: name } : {}),
    }))
    .filter(({ texts }) => texts.some((text) => text !== texts[0]));
}

/** Components whose file is another one than in the first of these runs: its SHA-256, a text for each run. */
export function codeThatDiffers(
  runs: readonly { record: RunRecord; side: DiffSide; registry: Registry }[],
): RunsFact[] {
  const [first, ...others] = runs;
  const found = new Map<string, Map<number, string>>();
  const before = new Map<string, string>();
  others.forEach(({ side, registry }, at) => {
    for (const [id, { key, origin }] of side.stages) {
      const its = first?.side.stages.get(id);
      if (its === undefined || its.key === key) continue;
      for (const one of partDifferences(its.origin, origin, registry)) {
        if (one.what !== 'component-code') continue;
        before.set(one.component, one.before ?? NO_FILE);
        const known = found.get(one.component) ?? new Map<number, string>();
        found.set(one.component, known.set(at + 1, one.now ?? NO_FILE));
      }
    }
  });
  return [...found].map(([component, texts]) => ({
    name: `code of ${component}`,
    component,
    texts: runs.map(({ record }, place) => {
      const named = place === 0 || Object.hasOwn(record.components ?? {}, component);
      return texts.get(place) ?? (named ? (before.get(component) as string) : 'none');
    }),
  }));
}

/** What comes with ichor, or with a package, is told by its version. */
const NO_FILE = 'of no local file';

function factsOf({
  engine,
  machines,
  versions,
  components,
  data,
  git,
  status,
  until,
}: RunRecord): Record<string, string> {
  const named = Object.entries(components ?? {}).map(([name, version]) => [name, `version ${version}`]);
  return {
    state: status,
    until: until ?? 'the end',
    engine: engine === null ? 'none' : `${engine.kind}, ${engine.version}`,
    'threads and instruction set':
      machines === undefined ? 'not recorded' : machines.map(machineWords).join('; ') || 'none',
    data: data?.fingerprint ?? 'unknown',
    files: String(data?.files ?? 'generated'),
    'git commit': git?.commit ?? 'none',
    'git changes': git ? (git.dirty ? 'uncommitted' : 'none') : 'no git',
    ...versions,
    ...Object.fromEntries(named),
  };
}
