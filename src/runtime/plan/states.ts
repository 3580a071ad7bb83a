import type { Registry } from '../../registry/registry.ts';
import type { Node } from '../../registry/values/value.ts';
import { type FileRow, fileChanges, readFiles } from '../artifacts/files.ts';
import { machineText } from '../machine.ts';
import type { StageName } from '../stage-names.ts';
import type { Artifact } from '../store/artifact.ts';
import { keyText } from '../store/identity.ts';
import type { IdentityKey } from '../store/identity-key.ts';
import type { KeyParts } from '../store/key.ts';
import type { Manifest, Store, StoredArtifact } from '../store/store.ts';
import { readAs } from '../train/crossfit.ts';
import type { KeyedInstance } from './keys.ts';
import { type KeyOrigin, type PartDifference, partDifferences, pathsOf } from './part-differences.ts';
import { fileReasons, type Reason, reasonFor } from './reasons.ts';
import { valueAt } from './recipe-slice.ts';

/**
 * `cached`: it is there. `continue`: an interrupted attempt left a part. `stale`: an artifact of this stage is there,
 * made of something else. `run`: nothing like it.
 */
export type StageState = 'cached' | 'continue' | 'stale' | 'run';

export interface Decision {
  instance: KeyedInstance;
  /** Null: it has to be made. */
  artifact: Artifact | null;
  /** An interrupted attempt left something: it goes on from there. */
  partial: boolean;
  /** Under --exact: the other machine that made what is kept under the key that others would use. */
  elsewhere?: string;
}

/** What is there and what has to be made: the one place where `plan` and `run` decide that. */
export async function decide(
  store: Store,
  keyed: readonly KeyedInstance[],
  elsewhere?: ReadonlyMap<string, string>,
): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const instance of keyed) {
    const artifact = await store.find(instance.stage.name, instance.key);
    const partial = artifact === null && (await store.hasPartial(instance.key));
    const other = elsewhere?.get(instance.id);
    decisions.push({ instance, artifact, partial, ...(other === undefined ? {} : { elsewhere: other }) });
  }
  return decisions;
}

export interface StageStatus extends Decision {
  state: StageState;
  /** Empty where it is cached. */
  reasons: readonly Reason[];
  /** The artifact that the reasons compare with: of the same stage, with the fewest differences, then the newest. */
  nearest: EarlierArtifact | null;
}

export interface EarlierArtifact extends StoredArtifact {
  manifest: Manifest;
}

export interface ExplainOptions {
  history: History;
  /** Every value of the recipe with its origin: names the lines. Null where there is no text. */
  tree: Node | null;
  /** The table of the files as they are now; null where the source generates or its folder is not there. */
  files: readonly FileRow[] | null;
  /** The key of private names; null or absent where there is none, or none is needed. */
  key?: Pick<IdentityKey, 'fingerprint' | 'name'> | null;
}

/** The decisions with their reasons, in the plan's order. */
export async function explain(decisions: readonly Decision[], options: ExplainOptions): Promise<StageStatus[]> {
  const statuses = new Map<string, StageStatus>();
  const explainer = new Explainer(new Map(decisions.map(({ instance }) => [instance.id, instance])), options);
  for (const decision of decisions) {
    statuses.set(decision.instance.id, await explainer.status(decision, statuses));
  }
  return [...statuses.values()];
}

/** Earlier artifacts of each stage, each folder read once. */
export class History {
  readonly #found = new Map<StageName, Promise<EarlierArtifact[]>>();

  constructor(
    readonly store: Store,
    readonly registry: Registry,
  ) {}

  /** Those of the same stage and instance that say what they were made of, newest first. */
  async like({ stage, instance }: { stage: { name: StageName }; instance: string }): Promise<EarlierArtifact[]> {
    const all = this.#found.get(stage.name) ?? this.#read(stage.name);
    this.#found.set(stage.name, all);
    return (await all).filter(({ manifest }) => manifest.instance === instance);
  }

  /** The one with the fewest differences among those that `fits` lets through, then the newest. */
  async nearest(
    now: KeyedInstance,
    fits: (manifest: Manifest) => boolean = () => true,
  ): Promise<{ artifact: EarlierArtifact; differences: PartDifference[] } | null> {
    let best: { artifact: EarlierArtifact; differences: PartDifference[] } | null = null;
    for (const artifact of await this.like(now)) {
      if (!fits(artifact.manifest) || !(await this.#sameSource(artifact.manifest, now))) continue;
      const differences = partDifferences(artifact.manifest, originOf(now), this.registry);
      if (best === null || differences.length < best.differences.length) best = { artifact, differences };
    }
    return best;
  }

  async byKey(id: string, key: string): Promise<EarlierArtifact | null> {
    const [name, instance = ''] = id.split(':') as [StageName, string?];
    return (await this.like({ stage: { name }, instance })).find((artifact) => artifact.key === key) ?? null;
  }

  /** What was made of another kind of source is nothing like this. Every stage reads the index, which names its source. */
  async #sameSource({ parts }: Manifest, now: KeyedInstance): Promise<boolean> {
    const own = sourceName(parts);
    const index = parts.inputs.index;
    const before = own ?? (index === undefined ? null : sourceName((await this.byKey('index', index))?.manifest.parts));
    return before === null || before === now.source;
  }

  async #read(stage: StageName): Promise<EarlierArtifact[]> {
    const all = await this.store.artifactsOf(stage);
    return all
      .flatMap((artifact) => (artifact.manifest?.parts ? [{ ...artifact, manifest: artifact.manifest }] : []))
      .sort((a, b) => (b.manifest.finished ?? '').localeCompare(a.manifest.finished ?? ''));
  }
}

function sourceName(parts: KeyParts | undefined): string | null {
  const name = valueAt(parts?.slice, ['source', 'name']);
  return typeof name === 'string' ? name : null;
}

const originOf = (instance: KeyedInstance): KeyOrigin => ({ parts: instance.parts, paths: pathsOf(instance) });

interface Root {
  stage: string;
  change: 'changed' | 'new' | 'gone';
  because: readonly Reason[];
}

class Explainer {
  constructor(
    readonly instances: ReadonlyMap<string, KeyedInstance>,
    readonly options: ExplainOptions,
  ) {}

  async status(decision: Decision, before: ReadonlyMap<string, StageStatus>): Promise<StageStatus> {
    const { instance, artifact, partial } = decision;
    if (artifact !== null) return { ...decision, state: 'cached', reasons: [], nearest: null };
    const nearest = await this.options.history.nearest(instance);
    const unfinished: Reason[] = [
      ...(partial ? [{ reason: 'unfinished' } as const] : []),
      ...elsewhereReason(decision),
    ];
    if (nearest === null) {
      const reasons: Reason[] = unfinished.length > 0 ? unfinished : [{ reason: 'first-time' }];
      return { ...decision, state: partial ? 'continue' : 'run', reasons, nearest: null };
    }
    const roots = await this.#roots(nearest.differences, instance.id);
    const told = roots.map(({ stage, change, because }): Reason => {
      // What a stage says in its own line is not said again below it.
      const own = before.get(stage)?.state;
      return { reason: 'input', stage, change, because: own === undefined || own === 'cached' ? because : [] };
    });
    const causes = new Set(roots.flatMap(({ because }) => because.map(causeOf)));
    const own = await this.#own(nearest.differences, nearest.artifact, instance);
    // Why it has a key of its own is said once, by what stands in the way now.
    const rest = own.filter((reason) => reason.reason !== 'other-machine' || decision.elsewhere === undefined);
    const reasons = [...unfinished, ...rest.filter((reason) => !causes.has(causeOf(reason))), ...told];
    return { ...decision, state: partial ? 'continue' : 'stale', reasons, nearest: nearest.artifact };
  }

  /** What changed in a stage by itself: everything but its inputs. */
  async #own(differences: readonly PartDifference[], before: EarlierArtifact, now: KeyedInstance): Promise<Reason[]> {
    const reasons: Reason[] = [];
    for (const difference of differences) {
      if (difference.what === 'input') continue;
      if (difference.what === 'fingerprint') reasons.push(...(await this.#fileReasons(before)));
      else reasons.push(reasonFor(difference, now.seedFrom ?? ['seed'], this.options.tree));
    }
    return reasons;
  }

  async #fileReasons(before: EarlierArtifact): Promise<Reason[]> {
    const { files } = this.options;
    const other = this.#otherKey(before);
    if (other !== null) return [other];
    if (files === null) return fileReasons({ added: [], removed: [], changed: [], pixels: [] });
    return fileReasons(fileChanges(await readFiles(before.folder), files));
  }

  /** Under another key all names are others, and no file can be compared. */
  #otherKey({ manifest }: EarlierArtifact): Reason | null {
    const { key = null } = this.options;
    const fingerprint = manifest.identityKey;
    if (key === null || fingerprint === undefined || fingerprint === key.fingerprint) return null;
    return { reason: 'other-key', before: fingerprint, now: keyText(key) };
  }

  /** The stages that changed by themselves, from which the changed inputs follow. */
  async #roots(differences: readonly PartDifference[], of: string): Promise<Root[]> {
    const roots = new Map<string, Root>();
    for (const difference of differences) {
      if (difference.what !== 'input') continue;
      for (const root of await this.#rootsOf(
        readAs(of, difference.id, this.instances),
        difference.before,
        difference.now,
      )) {
        roots.set(root.stage, root);
      }
    }
    return [...roots.values()];
  }

  async #rootsOf(id: string, was: string | undefined, is: string | undefined): Promise<Root[]> {
    if (was === undefined) return [{ stage: id, change: 'new', because: [] }];
    if (is === undefined) return [{ stage: id, change: 'gone', because: [] }];
    const now = this.instances.get(id);
    const earlier = await this.options.history.byKey(id, was);
    // Another run's network, or one that garbage collection took: the stage itself is all that can be named.
    if (now === undefined || earlier === null) return [{ stage: id, change: 'changed', because: [] }];
    const differences = partDifferences(earlier.manifest, originOf(now), this.options.history.registry);
    const above = await this.#roots(differences, id);
    const causes = new Set(above.flatMap(({ because }) => because.map(causeOf)));
    const because = (await this.#own(differences, earlier, now)).filter((reason) => !causes.has(causeOf(reason)));
    return because.length > 0 || above.length === 0 ? [...above, { stage: id, change: 'changed', because }] : above;
  }
}

function elsewhereReason({ elsewhere, instance }: Decision): Reason[] {
  const { machine } = instance.parts;
  if (elsewhere === undefined || machine === undefined) return [];
  return [{ reason: 'other-machine', before: elsewhere, now: machineText(machine) }];
}

/** Two stages that say this of themselves say the same thing. */
function causeOf(reason: Reason): string {
  switch (reason.reason) {
    case 'recipe-value':
    case 'seed':
      return `value ${reason.path}`;
    case 'component-version':
    case 'component-code':
      return `${reason.reason} ${reason.component}`;
    default:
      return JSON.stringify(reason);
  }
}
