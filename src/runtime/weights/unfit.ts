import { basename } from 'node:path';
import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';
import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { FormWeight as Wanted } from './forms.ts';
import { type Mapped, type Mapping, permutedShape } from './map-weights.ts';
import type { FileTensor } from './tensors.ts';

/** Of each kind so many are named; the others are counted. */
const NAMED = 4;

/** What does not fit, all of it, with the nearest name; null where everything does. */
export function weightsUnfit(path: string, component: string, mapping: Mapping, of: number): IchorError | null {
  const { missing, misshapen, unexpected, loaded } = mapping;
  if (missing.length + misshapen.length + unexpected.length === 0) return null;
  const parts = [
    said(missing, 'is missing', 'are missing', (one) => missingText(one, unexpected)),
    said(misshapen, 'has another shape', 'have another shape', misshapenText),
    said(
      unexpected,
      'is not of this network',
      'are not of this network',
      ({ name, shape }) => `${name} ${sides(shape)}`,
    ),
  ].filter((part) => part !== null);
  return new IchorError(
    'weights-unfit',
    `${basename(path)} does not fit ${component}: ${parts.join('; ')}.`,
    hint(component, mapping, loaded.length, of),
    2,
  );
}

function said<T>(items: readonly T[], one: string, many: string, text: (item: T) => string): string | null {
  if (items.length === 0) return null;
  const rest = items.length - NAMED;
  const named = items.slice(0, NAMED).map(text).join(', ');
  return `${items.length} ${items.length === 1 ? `tensor ${one}` : `tensors ${many}`} (${named}${rest > 0 ? `, and ${rest} more` : ''})`;
}

function missingText({ name, shape }: Wanted, unexpected: readonly FileTensor[]): string {
  const near = nearest(
    name,
    unexpected.slice(0, 2000).map((tensor) => tensor.name),
  );
  return `${name} ${sides(shape)}${near === null ? '' : `, nearest in the file: ${near}`}`;
}

const misshapenText = ({ weight, tensor, permute }: Mapped): string =>
  `${weight.name} ${sides(weight.shape)}, in the file ${sides(permutedShape(tensor?.shape ?? [], permute))}`;

const sides = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

function hint(component: string, { unexpected, misshapen }: Mapping, loaded: number, of: number): string {
  if (unexpected.some(({ name }) => /res2a_branch2a/.test(name)))
    return `These are names of the ResNet50 file that Keras published before 2019, which has the same file name as today's. Fetch today's: \`ichor weights get ${component}\`.`;
  if (loaded < of / 4)
    return `It seems to hold another network. Name the backbone that it was made for (\`ichor list backbone\`), or other weights.`;
  const scaled = misshapen.length > of / 4 ? ' Are width and blocks of the backbone those of the file?' : '';
  return `Nothing was loaded.${scaled} What is known to fit can be loaded alone, and outputs then say so: weights: { ..., partial: [LAYER, FIRST..LAST] }.`;
}

/** Another library builds a network of this name differently: its weights would fit and give wrong numbers. */
export function otherVariant(
  path: string,
  { name, names }: Pick<Backbone, 'name' | 'names'>,
  library: string,
  params: Readonly<Record<string, unknown>>,
): IchorError | null {
  const needs = Object.entries(names?.[library]?.needs ?? {}).filter(([key, value]) => params[key] !== value);
  if (needs.length === 0) return null;
  const settings = needs.map(([key, value]) => `${key}: ${value}`).join(', ');
  return new IchorError(
    'weights-variant',
    `${basename(path)} has the names of ${library}, whose ${name} computes something else than this one: with its weights the numbers would be wrong.`,
    `Set backbone: { type: ${name}, ${settings} }.`,
    2,
  );
}

export const lostScale = (path: string, tensor: string, component: string): IchorError =>
  new IchorError(
    'weights-lost-scale',
    `${basename(path)} has a scale ${tensor} that ${component} has none for, and it holds other numbers than 1: without it the network gives wrong numbers.`,
    'Fold the scale into the convolution before it, or take weights that were made for this network.',
    2,
  );
