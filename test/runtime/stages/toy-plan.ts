import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtIn } from '../../../plugins/index.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { writeSource } from '../../../src/runtime/artifacts/source.ts';
import type { Engine } from '../../../src/runtime/engine/engine.ts';
import { planRecipe } from '../../../src/runtime/plan/plan.ts';
import type { StageContext } from '../../../src/runtime/stage.ts';
import type { Artifact } from '../../../src/runtime/store/artifact.ts';
import { sliceRow } from '../train/fixture.ts';

export const registry = createRegistry(builtIn);

/** A recipe of small networks, with these values set; throws what `check` finds. */
export async function toyRecipe(...set: string[]): Promise<ResolvedRecipe> {
  const text = `recipe: 1
data: { source: { type: rsna, root: r }, image: { size: 16 }, split: { validation: 0.34 } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 1 }
sequence: { type: bi-lstm, layers: 1, cells: 4, steps: 8 }
train:
  backbone: { epochs: 2, batch: 8, optimizer: { learningRate: 0.01 } }
  sequence: { epochs: 2, batch: 2, optimizer: { learningRate: 0.01 } }
evaluation: { metrics: [mean-log-loss] }
`;
  const { recipe, diagnostics } = await resolveText(text, { registry, cwd: '/r', set });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (recipe === null || errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return recipe;
}

/**
 * Six labelled patients of two interleaving series each (the first has one), and one of the test set: 5 to 11 slices, odd
 * ones positive.
 */
export function toyIndex(): SliceRow[] {
  const series = [...'abcdefghijkm'];
  return series.flatMap((name, at) => {
    const patient = `p${Math.floor((at + 1) / 2)}`;
    const test = name === 'm';
    return Array.from({ length: 5 + (at % 3) * 3 }, (_, i) => ({
      ...sliceRow(name, i, test ? null : i % 2 === 1 ? 1 : 0),
      patient,
      group: patient,
      positionMm: i * 5 + (at % 2) * 2.5,
    }));
  });
}

const folder = () => mkdtemp(join(tmpdir(), 'ichor-plan-'));

export interface Toy {
  recipe: ResolvedRecipe;
  index: readonly SliceRow[];
  engine: Engine;
  /** Artifacts that are taken instead of made, by instance id. */
  given?: Readonly<Record<string, string>>;
  until?: string;
}

/** Runs the stages of a plan from the split on, in its order, each with the artifacts that the plan gives it. */
export async function runPlan({ recipe, index, engine, given = {}, until }: Toy): Promise<Record<string, string>> {
  const made: Record<string, string> = { index: await folder(), shards: '', ...given };
  await writeSlices(made.index as string, index);
  await writeSource(made.index as string, { synthetic: true, identities: 'public', submission: null });
  for (const { id, stage, instance, reads } of planRecipe(recipe, registry).instances) {
    if (made[id] !== undefined || id === 'report') continue;
    const own = await folder();
    const inputs = reads.map((read): [string, Artifact] => [
      read,
      { stage: 'index', key: read, folder: made[read] as string },
    ]);
    await stage.run({
      recipe,
      registry,
      instance,
      folder: own,
      inputs: new Map(inputs),
      engine: async () => engine,
      progress: async () => {},
      emit: () => {},
      signal: new AbortController().signal,
      workers: 1,
    } as unknown as StageContext);
    made[id] = own;
    if (id === until) break;
  }
  return made;
}
