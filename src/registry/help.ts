import { expectation } from './diagnostics/expectation.ts';
import { fieldsOf } from './language/fields.ts';
import { LANGUAGE, type Shape, shapeAt } from './language/language.ts';
import type { Registry } from './registry.ts';
import { at, type Path } from './values/path.ts';
import { type JsonSchema, objectForm } from './values/schema-type.ts';
import { isText, type Node, type Plain } from './values/value.ts';

/** What the language, or the component that stands there, says of a value. */
export interface Help {
  description: string;
  /** `a whole number from 1 to 10000`; empty for a block. */
  takes: string;
  /** Undefined where a recipe has to state it, and for blocks. */
  default: Plain | undefined;
}

/** Help for the value at a path of a resolved recipe; null where neither language nor component knows it. */
export function helpAt(recipe: Node, registry: Registry, path: Path): Help | null {
  let shape: Shape = LANGUAGE;
  for (const [index, part] of path.entries()) {
    if (shape.is === 'value') return helpInSchema(shape.schema, path.slice(index));
    if (shape.is === 'component' && !shapeAt(shape, part))
      return helpInBlock(at(recipe, path.slice(0, index)), shape, registry, path.slice(index));
    const below = shapeAt(shape, part);
    if (!below) return null;
    shape = below;
  }
  return helpOfShape(shape, at(recipe, path), registry);
}

function helpOfShape(shape: Shape, node: Node | undefined, registry: Registry): Help {
  const { description } = shape;
  if (shape.is === 'value') return { ...helpOfSchema(shape.schema), description };
  if (shape.is !== 'component') return { description, takes: '', default: undefined };
  const type = at(node, ['type']);
  const component = isText(type) ? registry.get(shape.kind, type.value) : undefined;
  return {
    description: component ? `${description} ${component.name}: ${component.summary}` : description,
    takes: '',
    default: undefined,
  };
}

function helpInBlock(
  node: Node | undefined,
  { kind }: Extract<Shape, { is: 'component' }>,
  registry: Registry,
  path: Path,
): Help | null {
  const type = at(node, ['type']);
  const component = isText(type) ? registry.get(kind, type.value) : undefined;
  if (!component) return null;
  if (path.length === 1 && path[0] === 'type') {
    return {
      description: component.summary,
      takes: `the name of ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`,
      default: undefined,
    };
  }
  return helpInSchema({ type: 'object', properties: fieldsOf(component) }, path);
}

function helpInSchema(schema: JsonSchema, path: Path): Help | null {
  const [part, ...rest] = path;
  if (part === undefined) return helpOfSchema(schema);
  const form = objectForm(schema);
  const below = form?.properties && Object.hasOwn(form.properties, part) ? form.properties[part] : schema.items;
  const named = below ?? ofAnyName(form ?? schema);
  return named ? helpInSchema(named, rest) : null;
}

/** What stands under a name that the recipe chooses itself. */
function ofAnyName({ patternProperties, additionalProperties }: JsonSchema): JsonSchema | undefined {
  const [first] = Object.values(patternProperties ?? {});
  return first ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

const helpOfSchema = (schema: JsonSchema): Help => ({
  description: schema.description ?? '',
  // A single word that may stand there is in the description already.
  takes: schema.const === undefined ? expectation(schema) : '',
  default: schema.default,
});
