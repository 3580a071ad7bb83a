import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';

/**
 * The layers that `partial:` names, of a network's in their order. `conv2`: the layer of this name and all whose names go
 * on behind it with `_`, `/` or `-`; `conv1..conv4`: from the first layer of the one to the last of the other.
 * @throws IchorError `weights-partial` where an item names none.
 */
export function layersNamed(items: readonly string[], layers: readonly string[], component: string): Set<string> {
  const named = new Set<string>();
  for (const item of items) {
    const [from, to = from] = item.split('..').map((part) => part.trim()) as [string, string?];
    const first = layers.findIndex((layer) => goesOn(layer, from));
    const last = layers.findLastIndex((layer) => goesOn(layer, to));
    if (first < 0 || last < first) throw unknown(item, first < 0 ? from : to, layers, component);
    // A range is all between; a name is its own layers only.
    const between = layers.slice(first, last + 1);
    for (const layer of item.includes('..') ? between : between.filter((one) => goesOn(one, from))) named.add(layer);
  }
  return named;
}

const goesOn = (layer: string, start: string): boolean =>
  start !== '' && (layer === start || (layer.startsWith(start) && /^[_/.-]/.test(layer.slice(start.length))));

function unknown(item: string, name: string, layers: readonly string[], component: string): IchorError {
  const starts = [...new Set(layers.map((layer) => layer.split(/[_/]/)[0] as string))];
  const near = nearest(name, [...starts, ...layers]);
  return new IchorError(
    'weights-partial',
    `partial names ${item}, and ${component} has no layer of this name or in this order.`,
    `${near === null ? '' : `Did you mean ${near}? `}Its layers begin with ${starts.slice(0, 12).join(', ')}${starts.length > 12 ? ' and others' : ''}.`,
    2,
  );
}
