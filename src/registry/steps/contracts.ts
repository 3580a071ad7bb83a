import type { Diagnostic } from '../diagnostic.ts';
import * as found from '../findings/contracts.ts';
import { componentFailed } from '../findings/values.ts';
import type { Component, ComponentOf, Kind } from '../kinds.ts';
import { at, formatPath, type Path } from '../path.ts';
import type { Registry } from '../registry.ts';
import { slots } from '../slots.ts';
import { isText, type Node, type Place, plain } from '../value.ts';

export interface ContractOptions {
  /** What validation found: what lies under a wrong value is not judged further. */
  invalid: readonly Diagnostic[];
  /** False for predictions with a trained run, which need no labels. */
  training: boolean;
}

/** What the rules read: values that are of the right form, or undefined. */
interface Facts {
  recipe: Node;
  registry: Registry;
  training: boolean;
  /** The component's contract for its parameters, where its block is valid; failures are findings. */
  contracts: ReadonlyMap<string, ContractOf>;
  place(...path: Path): Place;
  text(...path: Path): string | undefined;
  valid(path: Path): boolean;
}

interface ContractOf {
  component: Component;
  contract: unknown;
}

type Rule = (facts: Facts) => Diagnostic[];

/** Step 10: do the pieces fit? Each rule looks at the recipe alone: no data, no weights, no engine. */
export function checkContracts(recipe: Node, registry: Registry, options: ContractOptions): Diagnostic[] {
  const findings: Diagnostic[] = [];
  const facts = factsOf(recipe, registry, options, findings);
  for (const rule of RULES) findings.push(...rule(facts));
  return findings;
}

function factsOf(recipe: Node, registry: Registry, options: ContractOptions, findings: Diagnostic[]): Facts {
  const wrong = options.invalid.filter(({ severity, code }) => severity === 'error' && code !== 'unknown-key');
  const valid = (path: Path) => {
    const text = formatPath(path);
    return !wrong.some(
      (one) => one.path === text || one.path.startsWith(`${text}.`) || one.path.startsWith(`${text}[`),
    );
  };
  const contracts = new Map<string, ContractOf>();
  for (const { path, shape, node } of slots(recipe)) {
    const type = node.kind === 'map' ? node.entries.get('type') : undefined;
    const component = isText(type) ? registry.get(shape.kind, type.value) : undefined;
    // Of a component that is known by its schema alone nothing can be asked.
    if (!component || component.schemaOnly || !valid(path)) continue;
    try {
      const contract = (component.contract as (params: unknown) => unknown)(plain(node));
      contracts.set(formatPath(path), { component, contract });
    } catch (error) {
      findings.push(componentFailed(node.place, path, component.name, error));
    }
  }
  return {
    recipe,
    registry,
    training: options.training,
    contracts,
    valid,
    place: (...path) => (at(recipe, path) ?? recipe).place,
    text: (...path) => {
      const node = at(recipe, path);
      return isText(node) && valid(path) ? node.value : undefined;
    },
  };
}

function contractAt<K extends Kind>(
  facts: Facts,
  kind: K,
  path: string,
): (ReturnType<ComponentOf<K>['contract']> & { name: string }) | null {
  const entry = facts.contracts.get(path);
  if (entry?.component.kind !== kind) return null;
  return { ...(entry.contract as ReturnType<ComponentOf<K>['contract']>), name: entry.component.name };
}

const windowsExist: Rule = ({ recipe, place }) => {
  const windows = at(recipe, ['windows']);
  const channels = at(recipe, ['channels']);
  if (windows?.kind !== 'map' || channels?.kind !== 'list') return [];
  const names = [...windows.entries.keys()];
  return channels.items.flatMap((channel, index) => {
    const name = at(channel, ['window']);
    if (!isText(name) || names.includes(name.value)) return [];
    const path = ['channels', index, 'window'];
    return [found.unknownWindow(place(...path), path, name.value, names)];
  });
};

const channelsFit: Rule = (facts) => {
  const backbone = contractAt(facts, 'backbone', 'backbone');
  const channels = at(facts.recipe, ['channels']);
  if (!backbone || backbone.channels === 'any' || channels?.kind !== 'list' || !facts.valid(['channels'])) return [];
  const count = channels.items.length;
  if (count === backbone.channels) return [];
  return [
    count === 1
      ? found.channelRepeated(channels.place, backbone.name, backbone.channels)
      : found.channelCount(channels.place, backbone.name, backbone.channels, count),
  ];
};

const imageFits: Rule = (facts) => {
  const backbone = contractAt(facts, 'backbone', 'backbone');
  const size = at(facts.recipe, ['data', 'image', 'size']);
  if (!backbone || size?.kind !== 'scalar' || typeof size.value !== 'number' || !facts.valid(['data', 'image']))
    return [];
  return size.value < backbone.minimumSize
    ? [found.imageTooSmall(size.place, backbone.name, backbone.minimumSize, size.value)]
    : [];
};

const weightsFit: Rule = (facts) => {
  const backbone = contractAt(facts, 'backbone', 'backbone');
  const weights = facts.text('backbone', 'weights');
  if (!backbone || weights === undefined) return [];
  const place = facts.place('backbone', 'weights');
  const known: readonly string[] = backbone.weights;
  if (!known.includes(weights)) return [found.weightsUnknown(place, backbone.name, weights, known)];
  if (weights !== 'none') return [found.weightsNotLoadable(place, weights)];
  const frozen = facts.text('backbone', 'batchNorm') === 'frozen';
  return frozen ? [found.frozenWithoutWeights(facts.place('backbone', 'batchNorm'))] : [];
};

const stagesFit: Rule = (facts) => {
  if (facts.text('backbone') !== 'none') return [];
  if (facts.text('sequence') === 'none') return [found.nothingToTrain(facts.place('backbone'))];
  const sequence = contractAt(facts, 'sequence', 'sequence');
  if (sequence?.needs !== 'embeddings') return [];
  return [found.sequenceNeedsBackbone(facts.place('backbone'), sequence.name)];
};

const labelsExist: Rule = (facts) => {
  const source = contractAt(facts, 'source', 'data.source');
  return facts.training && source && !source.labels
    ? [found.labelsNeeded(facts.place('data', 'source'), source.name)]
    : [];
};

/** The best epoch is found by a figure that the recipe evaluates. */
const checkpointsExist: Rule = (facts) => {
  const metrics = at(facts.recipe, ['evaluation', 'metrics']);
  if (metrics?.kind !== 'list' || !facts.valid(['evaluation', 'metrics'])) return [];
  const names = metrics.items
    .flatMap((metric) => at(metric, ['type']) ?? [])
    .flatMap((type) => (isText(type) ? type.value : []));
  return ['backbone', 'sequence'].flatMap((stage) => {
    const path = ['train', stage, 'checkpoint', 'best'];
    const metric = facts.text(...path);
    if (metric === undefined || names.includes(metric)) return [];
    return [found.checkpointMetric(facts.place(...path), path, metric, names)];
  });
};

const RULES: readonly Rule[] = [
  labelsExist,
  windowsExist,
  channelsFit,
  imageFits,
  weightsFit,
  stagesFit,
  checkpointsExist,
];
