import { basename } from 'node:path';

type Plain = Record<string, unknown>;
const isMap = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A resolved recipe as it is handed on: without the folders of the machine that it ran on. Of files of weights their names
 * stay; what was set of data on the command line goes.
 */
export function withoutPlaces(recipe: unknown): unknown {
  const copy = structuredClone(recipe);
  if (!isMap(copy)) return copy;
  const { data, resolved, sequence } = copy;
  if (isMap(data)) {
    if (isMap(data.source)) {
      delete data.source.root;
      if (isPlace(data.source.labels)) delete data.source.labels;
    }
    if (isMap(data.labels) && typeof data.labels.file === 'string') data.labels.file = null;
  }
  const further = isMap(sequence) && Array.isArray(sequence.backbones) ? sequence.backbones : [];
  for (const backbone of [copy.backbone, ...further])
    if (isMap(backbone) && isMap(backbone.weights) && typeof backbone.weights.file === 'string')
      backbone.weights.file = basename(backbone.weights.file);
  if (isMap(resolved) && Array.isArray(resolved.set))
    resolved.set = resolved.set.filter((set) => !/^(data\.(source|labels)|.*weights)/.test(String(set)));
  return copy;
}

/** A path; the phantoms' `labels: own` is none. */
const isPlace = (value: unknown): boolean =>
  typeof value === 'string' && (/[\\/]/.test(value) || /\.csv$/i.test(value));
