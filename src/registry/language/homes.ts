import type { Registry } from '../registry.ts';
import { formatPath, type Path } from '../values/path.ts';
import { isText, type Node } from '../values/value.ts';
import { fieldsOf } from './fields.ts';
import { LANGUAGE, type Shape } from './language.ts';
import { slots } from './slots.ts';

/** A place at which the language or a component knows a key. */
export interface Home {
  /** `sequence.dropout`, `windows.NAME.level`, `augment[].probability`. */
  path: string;
  /** Components that have it as a parameter; null: every recipe has the place. */
  components: readonly string[] | null;
  /** The recipe has the block, of a type that takes the key. */
  present: boolean;
}

/**
 * Where a key is known, the likeliest places first: those that this recipe has, then those that share most of their way
 * with `from`, the place where it stands. Places that are worse than the first are left out.
 */
export function homesOf(key: string, from: Path, recipe: Node, registry: Registry): Home[] {
  const homes = knownAt(key, recipe, registry);
  const here = formatPath(from);
  // A parameter of another component in this very place is nearer than any other place.
  const rank = (home: Home): number =>
    shared(home.path, here) + (home.present ? 1000 : 0) + (home.path === pattern(from) ? 2000 : 0);
  const best = Math.max(...homes.map(rank));
  return homes.filter((home) => rank(home) === best);
}

function knownAt(key: string, recipe: Node, registry: Registry): Home[] {
  const found: Home[] = [];
  const walk = (shape: Shape, path: string): void => {
    if (shape.is === 'map') {
      for (const [name, field] of Object.entries(shape.fields)) {
        const below = path ? `${path}.${name}` : name;
        if (name === key) found.push({ path: below, components: null, present: true });
        walk(field, below);
      }
    } else if (shape.is === 'named') walk(shape.of, `${path}.NAME`);
    else if (shape.is === 'list') walk(shape.of, `${path}[]`);
    else if (shape.is === 'component') {
      const takes = registry.all().filter((one) => one.kind === shape.kind && Object.hasOwn(fieldsOf(one), key));
      if (takes.length === 0) return;
      const names = takes.map(({ name }) => name);
      const present = slots(recipe).some(({ node, path: at }) => pattern(at) === path && names.includes(typeOf(node)));
      const every = takes.length === registry.names(shape.kind).length;
      found.push({ path: `${path}.${key}`, components: every ? null : names, present });
    }
  };
  walk(LANGUAGE, '');
  return found;
}

/** A slot's path as the language writes it: `windows.NAME`, `augment[]`. */
function pattern(path: Path): string {
  const [first, second, ...rest] = path;
  if (first === 'windows' && second !== undefined) return formatPath(['windows', 'NAME', ...rest]);
  return formatPath(path).replaceAll(/\[\d+\]/g, '[]');
}

function typeOf(node: Node): string {
  const type = node.kind === 'map' ? node.entries.get('type') : undefined;
  return isText(type) ? type.value : '';
}

/** How many parts two paths have in common from their beginning. */
function shared(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.replaceAll(/\[\d+\]/g, '[]').split('.')];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs < 0 ? left.length : differs;
}
