import { type Entry, SMALL } from './entry.ts';

const named = (name: string) => `plugins: [${name}]\n${SMALL}`;
const window = (name: string) => `import { defineWindow, Type } from 'ichor';

export default defineWindow({
  name: '${name}',
  version: 1,
  summary: 'An example.',
  params: Type.Object({}),
  contract: () => ({}),
  scale: (hu) => Math.min(1, Math.max(0, hu / 80)),
});
`;
const manifest = (ichor: object) =>
  `${JSON.stringify({ name: 'acme-plugin', version: '1.0.0', type: 'module', ichor }, null, 2)}\n`;
const PACKAGE = 'node_modules/acme-plugin';
const SCHEMA = `${JSON.stringify(
  {
    plugin: 'acme',
    api: 1,
    components: [
      {
        kind: 'window',
        name: 'acme/soft',
        version: 1,
        summary: 'An example.',
        params: { type: 'object', properties: {} },
      },
    ],
  },
  null,
  2,
)}\n`;

/** What `plugins:` names. Each finding stands at the plugin’s name. */
export const plugins: readonly Entry[] = [
  {
    code: 'plugin-missing',
    severity: 'error',
    title: 'A plugin is not installed, or its file is not there',
    why: 'A bare name is an npm package, looked for in `node_modules` from the recipe’s folder and the working directory upwards; `./name.ts` is a file, meant from the file that states it.',
    fix: 'Install the package (the hint has the command), or correct the path.',
    example: { recipe: named('acme-plugin') },
  },
  {
    code: 'plugin-form',
    severity: 'error',
    title: 'This is neither a package nor a file',
    why: 'A plugin is named by its npm package (`acme-plugin`, `@acme/plugin`) or by a relative path that begins with `./` or `../` and ends like a module.',
    fix: 'Write one of the two forms.',
    example: { recipe: named('"acme.ts !"') },
  },
  {
    code: 'plugin-outside',
    severity: 'error',
    title: 'A plugin lies outside of the workspace',
    why: 'A recipe may run code of your own project only. An absolute path, or one that climbs out of the folder with your package.json, would let a recipe from somebody else run anything on your disk.',
    fix: 'Copy the file into your project, or install the code as a package.',
    example: { recipe: named('../acme.ts') },
  },
  {
    code: 'plugin-failed',
    severity: 'error',
    title: 'A plugin threw an error while it was loaded',
    why: 'Its module did not get to its end: a mistake in its code, or something that it imports is missing.',
    fix: 'Mend the place that the message names, or tell the plugin’s author. Without its code: `--no-plugin-code`.',
    example: {
      recipe: named('./acme.ts'),
      files: { 'acme.ts': "throw new Error('no licence found');\nexport default {};\n" },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'window-clipped',
    severity: 'warning',
    title: 'A window gives values outside of 0 to 1',
    why: 'A window scales Hounsfield units to 0 to 1; what lies outside is clipped, so that the picture is not what the window meant.',
    fix: 'Correct its scale(): clip, or divide by the width. A test with testComponent of ichor/testing tells the same.',
    example: {
      recipe: named('./acme.ts').replace('brain: { level: 40, width: 80 }', 'brain: { type: acme/soft }'),
      files: { 'acme.ts': window('acme/soft').replace('Math.min(1, Math.max(0, hu / 80))', 'hu / 80') },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'plugin-timeout',
    severity: 'error',
    title: 'A plugin never finished loading',
    why: 'An await at the top level of its module did not end.',
    fix: 'Work belongs into the functions of components. Where it really takes long: ICHOR_PLUGIN_SECONDS.',
    example: {
      recipe: named('./acme.ts'),
      files: { 'acme.ts': 'await new Promise(() => {});\nexport default {};\n' },
      env: { ICHOR_PLUGIN_SECONDS: '1' },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'plugin-invalid',
    severity: 'error',
    title: 'A plugin registers something that is no component',
    why: 'Its default export is no plugin and no component, a component lacks what its kind needs, or its name lacks the plugin’s prefix.',
    fix: 'The message says what is missing; `ichor new component KIND NAME` writes a file that is right.',
    example: { recipe: named('./acme.ts'), files: { 'acme.ts': window('soft') }, besides: ['plugin-code'] },
  },
  {
    code: 'plugin-api',
    severity: 'error',
    title: 'A plugin was made for another version of the plugin interface',
    why: 'What a component receives and gives has changed between the two versions.',
    fix: 'Update the one that is older: the plugin or ichor.',
    example: {
      recipe: named('./acme.ts'),
      files: {
        'acme.ts':
          "import { definePlugin } from 'ichor';\n\nexport default definePlugin({ name: 'acme', api: 2, components: [] });\n",
      },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'plugin-taken',
    severity: 'error',
    title: 'Two plugins register the same name',
    why: 'A name in a recipe means one component. Which of the two it would be must not depend on an order.',
    fix: 'Name only one of the two plugins; or ask an author to choose another prefix.',
    example: {
      recipe: named('./acme.ts, ./other.ts'),
      files: { 'acme.ts': window('acme/soft'), 'other.ts': window('acme/soft') },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'plugin-schema-differs',
    severity: 'warning',
    title: 'A plugin’s published schema is not what its code registers',
    why: 'Others check their recipes against the schema in the package without running its code. It describes other components than the code has.',
    fix: 'Its author writes it anew: `ichor schema --plugin-of . --out ichor.schema.json`.',
    example: {
      recipe: named('acme-plugin'),
      files: {
        [`${PACKAGE}/package.json`]: manifest({ plugin: './index.js', schema: './ichor.schema.json' }),
        [`${PACKAGE}/index.js`]: `import { definePlugin, defineWindow, Type } from 'ichor';

const hard = defineWindow({
  name: 'acme/hard',
  version: 1,
  summary: 'An example.',
  params: Type.Object({}),
  contract: () => ({}),
  scale: (hu) => Math.min(1, Math.max(0, hu / 2000)),
});

export default definePlugin({ name: 'acme', api: 1, components: [hard] });
`,
        [`${PACKAGE}/ichor.schema.json`]: SCHEMA,
      },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'plugin-code',
    severity: 'note',
    title: 'Code of a plugin was run',
    why: 'To know what a plugin registers its module is loaded, which runs it with your rights. A recipe from somebody else should not do that unnoticed.',
    fix: 'Nothing, if you trust it. `ichor check --no-plugin-code` checks against the schema that a package publishes.',
    example: { recipe: named('./acme.ts'), files: { 'acme.ts': window('acme/soft') } },
  },
  {
    code: 'plugin-schema-only',
    severity: 'note',
    title: 'A plugin was checked by its published schema alone',
    why: 'With `--no-plugin-code` its names and parameters are known, and what it needs and gives is not.',
    fix: 'Leave `--no-plugin-code` out to check whether the pieces fit.',
    example: {
      recipe: named('acme-plugin'),
      files: {
        [`${PACKAGE}/package.json`]: manifest({ plugin: './index.js', schema: './ichor.schema.json' }),
        [`${PACKAGE}/index.js`]: 'export default {};\n',
        [`${PACKAGE}/ichor.schema.json`]: SCHEMA,
      },
      noPluginCode: true,
    },
  },
  {
    code: 'plugin-unchecked',
    severity: 'note',
    title: 'The blocks of a plugin were not checked',
    why: 'With `--no-plugin-code` nothing is known of a plugin that publishes no schema, such as a local file.',
    fix: 'Leave `--no-plugin-code` out.',
    example: { recipe: named('./acme.ts'), files: { 'acme.ts': window('acme/soft') }, noPluginCode: true },
  },
];
