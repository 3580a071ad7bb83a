import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Type } from 'typebox';
import headCt from '../../../plugins/series-rules/head-ct.ts';
import folder from '../../../plugins/sources/folder.ts';
import pictures from '../../../plugins/sources/pictures.ts';
import rsna from '../../../plugins/sources/rsna.ts';
import byPatient from '../../../plugins/splits/by-patient.ts';
import randomSlice from '../../../plugins/splits/random-slice.ts';
import type { Component, ComponentOf } from '../../../src/registry/kinds/component.ts';
import type { Kind } from '../../../src/registry/kinds/kind.ts';
import { defineWindow } from '../../../src/registry/kinds/window.ts';
import type { RecipeLabels, ResolvedRecipe } from '../../../src/registry/recipe.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import type { LedgerPart } from '../../../src/runtime/ledger.ts';
import { NO_LABELS } from '../../../src/runtime/runs/predict-run.ts';
import type { Stage, StageContext } from '../../../src/runtime/stage.ts';
import type { Artifact } from '../../../src/runtime/store/artifact.ts';

/** The paper's window (facts 1.3), of the test's own. */
const linear = defineWindow({
  name: 'linear',
  version: 1,
  summary: 'test',
  params: Type.Object({ level: Type.Number(), width: Type.Number() }),
  contract: () => ({}),
  scale: (hu, { level, width }) => (hu - (level - width / 2)) / width,
});

export function registryOf(components: readonly Component[]): Registry {
  return {
    get: <K extends Kind>(kind: K, name: string) =>
      components.find((each) => each.kind === kind && each.name === name) as ComponentOf<K> | undefined,
    names: (kind) => components.filter((each) => each.kind === kind).map(({ name }) => name),
    all: () => components,
  };
}

export interface DataRecipe {
  source?: string;
  size?: number;
  interpolation?: 'linear' | 'area';
  storage?: 'lossless' | 'jpeg';
  minBrainFraction?: number;
  limit?: { labelled: number; unlabelled: number };
  tolerate?: number;
  validation?: number;
  /** Share of the test side. */
  test?: number;
  seed?: number;
  split?: 'by-patient' | 'random-slice';
  params?: Record<string, unknown>;
  resample?: { spacingMm: number };
  choose?: 'by-source' | 'best' | 'suitable' | 'all';
  labels?: Partial<RecipeLabels>;
  channels?: readonly string[];
}

/** Its defaults, as a resolved recipe states them. */
const HEAD_CT = {
  mostTiltDegrees: 45,
  smallestPixels: 64,
  thinnestMm: 2.5,
  usualSpacingMm: 5,
  leastCoverageMm: 80,
};

/** Runs index, shards and split one after the other in fresh folders, as the runner would. */
export class DataStages {
  readonly ledgers = new Map<string, LedgerPart>();
  readonly inputs = new Map<string, Artifact>();
  readonly progress: string[] = [];

  private constructor(
    readonly root: string,
    readonly work: string,
    readonly recipe: ResolvedRecipe,
  ) {}

  static async of(root: string, of: DataRecipe = {}): Promise<DataStages> {
    const recipe = {
      seed: 0,
      data: {
        seed: of.seed ?? 0,
        source: {
          type: of.source ?? 'rsna',
          root,
          showIds: false,
          pictures: false,
          repairIntercept: false,
          ...of.params,
        },
        series: { choose: of.choose ?? 'by-source', rule: { type: 'head-ct', ...HEAD_CT } },
        resample: of.resample ?? null,
        split: { type: of.split ?? 'by-patient', validation: of.validation ?? 0.34 },
        test: of.test ?? null,
        image: { size: of.size ?? 32, interpolation: of.interpolation ?? 'linear', storage: of.storage ?? 'lossless' },
        labels: { ...NO_LABELS, tolerate: of.tolerate ?? 0, ...of.labels },
        limit: of.limit ?? null,
        minBrainFraction: of.minBrainFraction ?? null,
      },
      windows: {
        brain: { type: 'linear', level: 40, width: 80 },
        bone: { type: 'linear', level: 600, width: 2800 },
      },
      channels: (of.channels ?? ['brain', 'bone']).map((window) => ({ window })),
    } as unknown as ResolvedRecipe;
    return new DataStages(root, await mkdtemp(join(tmpdir(), 'ichor-stages-')), recipe);
  }

  context(name: string, folderOf: string, more: Partial<StageContext> = {}): StageContext {
    return {
      recipe: this.recipe,
      registry: registryOf([rsna, folder, pictures, headCt, byPatient, randomSlice, linear] as unknown as Component[]),
      instance: '',
      folder: folderOf,
      inputs: this.inputs,
      sourceRoot: this.root,
      labelsFile: this.recipe.data.labels.file === null ? null : resolve(this.root, this.recipe.data.labels.file),
      identityKey: Buffer.alloc(32, 7),
      engine: () => Promise.reject(new Error('no engine here')),
      progress: async (done, total, unit) => void this.progress.push(`${name} ${done}/${total} ${unit}`),
      emit: () => {},
      signal: new AbortController().signal,
      workers: 1,
      ...more,
    } as StageContext;
  }

  async run(stage: Stage, more: Partial<StageContext> = {}): Promise<string> {
    const target = more.folder ?? (await mkdtemp(join(this.work, `${stage.name}-`)));
    const ledger = await stage.run(this.context(stage.name, target, more));
    await writeFile(join(target, 'ledger.json'), JSON.stringify(ledger));
    this.ledgers.set(stage.name, ledger);
    this.inputs.set(stage.name, { stage: stage.name, key: 'key', folder: target });
    return target;
  }
}
