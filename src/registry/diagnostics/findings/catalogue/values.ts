import { type Entry, more, small } from './entry.ts';

/** Keys and values against the language and the parameters of components. */
export const values: readonly Entry[] = [
  {
    code: 'unknown-key',
    severity: 'error',
    title: 'A key that nothing knows',
    why: 'The block has no such key: it is misspelt, it has another framework’s name, it belongs to another level of the recipe, or to a component of another type. Elsewhere such a key would be dropped in silence and the default would run.',
    fix: 'Follow the hint: the nearest name, or the place where the key is known. `ichor describe KIND NAME` lists the parameters of a component.',
    example: { recipe: more('train:\n  backbone: { epoch: 3 }\n') },
  },
  {
    code: 'outdated-key',
    severity: 'error',
    title: 'A key that its component had in an earlier version',
    why: 'The recipe was written for an earlier version of a component, which has renamed the key since or has it no longer. The component carries what changed.',
    fix: '`ichor migrate FILE` rewrites the recipe and keeps its comments; the result of the recipe stays the same.',
    example: {
      recipe: `plugins: [./window.ts]\n${small(['{ level: 40, width: 80 }', '{ type: acme/window, centre: 40 }'])}`,
      files: {
        'window.ts': `import { defineWindow, Type } from 'ichor';

export default defineWindow({
  name: 'acme/window',
  version: 2,
  summary: 'An example.',
  params: Type.Object({ level: Type.Number({ default: 40, unit: 'HU' }) }),
  migrations: [{ to: 2, summary: 'The middle is called level.', rename: { centre: 'level' } }],
  contract: () => ({}),
  scale: (hu, { level }) => (hu > level ? 1 : 0),
});
`,
      },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'missing-key',
    severity: 'error',
    title: 'A key that has to be there is missing',
    why: 'Most values have a default; these have none, because no default would be right for everybody: where the data are, which windows, which backbone, the level and width of a window.',
    fix: 'Add the key. The message says what may stand there. What a base has removed with null has to be stated again.',
    example: { recipe: small(['{ level: 40, width: 80 }', '{ level: 40 }']) },
  },
  {
    code: 'wrong-type',
    severity: 'error',
    title: 'A value is of another type',
    why: 'A number stands in quotes or with a unit, a text where a list belongs, a list where a block belongs. In YAML 1.2 `yes` and `on` are texts, and `"8"` is no number.',
    fix: 'Write the value as the message says: numbers without quotes and units, `true` for yes, lists in brackets.',
    example: { recipe: more('train:\n  backbone: { batch: "8" }\n') },
  },
  {
    code: 'out-of-range',
    severity: 'error',
    title: 'A number lies outside of its range',
    why: 'The value is a number, and not one that makes sense there. Shares are often written in per cent: a quarter is 0.25 and not 25.',
    fix: 'Choose a number in the range that the message names.',
    example: { recipe: more('evaluation:\n  patient: { threshold: 50 }\n') },
  },
  {
    code: 'not-one-of',
    severity: 'error',
    title: 'A word that is none of the choices',
    why: 'The value is one of a few words, and this is another one.',
    fix: 'Take one of the words of the message.',
    example: { recipe: small(['  source:', '  image: { interpolation: bilinear }\n  source:']) },
  },
  {
    code: 'wrong-form',
    severity: 'error',
    title: 'A value has another form',
    why: 'The type is right and the form is not: a list is empty or names something twice, a name has characters that no folder can have.',
    fix: 'Follow the message. Names of recipes become names of runs: letters, digits, dots, hyphens and underscores.',
    example: { recipe: more('name: my recipe\n') },
  },
  {
    code: 'missing-type',
    severity: 'error',
    title: 'A block does not say what it is',
    why: 'Every block with parameters is a component and names it under `type`. Only where a kind has a default (windows: linear; optimizer: adam) may it be left out.',
    fix: 'Add `type: NAME`. `ichor list KIND` shows the names.',
    example: { recipe: more('augment:\n  - { probability: 0.5 }\n') },
  },
  {
    code: 'unknown-component',
    severity: 'error',
    title: 'No component has this name',
    why: 'The name is misspelt, is another framework’s, is a component of another kind, or belongs to a plugin that `plugins` does not list.',
    fix: 'Follow the hint; `ichor list KIND` shows all names. A plugin’s components carry its prefix: `acme/sigmoid`.',
    example: { recipe: small(['backbone: small-cnn', 'backbone: smal-cnn']) },
  },
];
