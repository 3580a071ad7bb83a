import { at, formatPath, type Path } from '../../../values/path.ts';
import type { Declared, Facts } from './facts.ts';

/** Every backbone of a recipe that is valid, with where it stands: the first, then those that the sequence model reads beside it. */
export function backbonesOf({ recipe, contract }: Facts): { path: Path; backbone: Declared<'backbone'> }[] {
  const further = at(recipe, ['sequence', 'backbones']);
  const places: Path[] = [
    ['backbone'],
    ...(further?.kind === 'list' ? further.items.map((_, index): Path => ['sequence', 'backbones', index]) : []),
  ];
  return places.flatMap((path) => {
    const backbone = contract('backbone', formatPath(path));
    return backbone ? [{ path, backbone }] : [];
  });
}
