import type { Registry } from '../registry.ts';
import { at, formatPath, type Path } from '../values/path.ts';
import { type JsonSchema, objectForm } from '../values/schema-type.ts';
import { isText, type Node } from '../values/value.ts';
import { fieldsOf } from './fields.ts';
import { LANGUAGE, nestedIn, type Shape, shapeAt } from './language.ts';

type Fields = Readonly<Record<string, JsonSchema>>;

/**
 * The length of the longest beginning of a path that the language and the components of this recipe know: the path's
 * own length where they know all of it. The types are those that the recipe ends up with.
 */
export function knownLength(recipe: Node, registry: Registry, path: Path): number {
  let shape: Shape = LANGUAGE;
  for (const [index, part] of path.entries()) {
    const rest = path.slice(index);
    if (shape.is === 'value') return index + knownInFields(objectFields(shape.schema), rest);
    if (shape.is === 'component' && !shapeAt(shape, part)) {
      return index + knownInFields(blockFields(at(recipe, path.slice(0, index)), shape.kind, registry), rest);
    }
    const below = shapeAt(shape, part);
    if (!below) return index;
    shape = below;
  }
  return path.length;
}

/** Free maps, items of lists and unknown components are judged by what validates them: here they are known. */
function knownInFields(fields: Fields | null, path: Path): number {
  const [part, ...rest] = path;
  if (!fields || part === undefined) return path.length;
  const schema = Object.hasOwn(fields, part) ? fields[part] : undefined;
  return schema ? 1 + knownInFields(objectFields(schema), rest) : 0;
}

const objectFields = (schema: JsonSchema): Fields | null => objectForm(schema)?.properties ?? null;

function blockFields(
  node: Node | undefined,
  kind: Extract<Shape, { is: 'component' }>['kind'],
  registry: Registry,
): Fields | null {
  const type = node?.kind === 'map' ? node.entries.get('type') : undefined;
  const component = isText(type) ? registry.get(kind, type.value) : undefined;
  return component ? { type: {}, ...fieldsOf(component) } : null;
}

/** Every path that can be set in this recipe, as a recipe writes it. */
export function knownPaths(recipe: Node, registry: Registry): string[] {
  const found: string[] = [];
  const inSchema = (fields: Fields, path: Path): void => {
    for (const [key, schema] of Object.entries(fields)) {
      found.push(formatPath([...path, key]));
      const below = objectFields(schema);
      if (below) inSchema(below, [...path, key]);
    }
  };
  const inShape = (shape: Shape, path: Path): void => {
    if (path.length > 0) found.push(formatPath(path));
    const node = at(recipe, path);
    if (shape.is === 'map') for (const [key, below] of Object.entries(shape.fields)) inShape(below, [...path, key]);
    else if (shape.is === 'named' && node?.kind === 'map')
      for (const key of node.entries.keys()) inShape(shape.of, [...path, key]);
    else if (shape.is === 'list' && node?.kind === 'list')
      for (const index of node.items.keys()) inShape(shape.of, [...path, index]);
    else if (shape.is === 'component') {
      const nested = Object.entries(nestedIn(shape.kind));
      const fields = Object.entries(blockFields(node, shape.kind, registry) ?? {});
      inSchema(Object.fromEntries(fields.filter(([key]) => !nested.some(([own]) => own === key))), path);
      if (fields.length > 0) for (const [key, below] of nested) inShape(below, [...path, key]);
    } else if (shape.is === 'value') inSchema(objectFields(shape.schema) ?? {}, path);
  };
  inShape(LANGUAGE, []);
  return found;
}
