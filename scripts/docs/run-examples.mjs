/** Runs the example of each code of the catalogue as `ichor check recipe.yaml` in a folder of its own, with the built files. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built } from './built.mjs';

const { CATALOGUE } = await built('src/registry/diagnostics/findings/catalogue/index.js');
const { checkedText } = await built('src/cli/checked-text.js');
const { checkAll } = await built('src/library/check.js');
const { resolveStated } = await built('src/library/recipe.js');
const { openRegistry } = await built('src/library/registry.js');
const { isSweep, noSweep } = await built('src/registry/diagnostics/findings/sweeps.js');
const { isTable } = await built('src/registry/diagnostics/findings/tables.js');
const { resolveTable } = await built('src/registry/table/resolve-table.js');
const { explainValue } = await built('src/registry/explain.js');
const { IchorError } = await built('src/errors.js');

/**
 * @typedef {{ entry: object, group: string, command: string, output: string, codes: string[], severities: string[], places: boolean }} Shown
 * @returns {Promise<Shown[]>}
 */
export async function runExamples() {
  const shown = [];
  for (const { title, entries } of CATALOGUE)
    for (const entry of entries) shown.push({ entry, group: title, ...(await runExample(entry.example)) });
  return shown;
}

async function runExample(example) {
  // Nothing of the checkout may be found from there.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ichor-example-')));
  const before = { ...process.env };
  const from = process.cwd();
  Object.assign(process.env, example.env);
  try {
    const files = { ...(example.recipe === undefined ? {} : { 'recipe.yaml': example.recipe }), ...example.files };
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    process.chdir(folder);
    return { command: commandOf(example), ...(await outputOf(example, folder)) };
  } finally {
    process.chdir(from);
    process.env = before;
    await rm(folder, { recursive: true, force: true });
  }
}

function commandOf({ command = 'check', argument, set = [], profile = [], track = [], noPluginCode, env = {} }) {
  const quoted = (text) => (/^[\w./=:-]+$/.test(text) ? text : `'${text}'`);
  return [
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    'ichor',
    command,
    'recipe.yaml',
    ...(argument === undefined ? [] : [argument]),
    ...set.flatMap((one) => ['--set', quoted(one)]),
    ...profile.flatMap((one) => ['--profile', quoted(one)]),
    ...track.flatMap((one) => ['--track', quoted(one)]),
    ...(noPluginCode ? ['--no-plugin-code'] : []),
  ].join(' ');
}

async function outputOf({ command, argument, set = [], profile = [], track = [], noPluginCode }, cwd) {
  try {
    const options = { set, profile, track, pluginCode: !noPluginCode };
    const registry = openRegistry();
    const [found] = await checkAll(['recipe.yaml'], { ...options, cwd });
    const asTable = command === 'table' ? await resolveTable('recipe.yaml', { ...options, registry, cwd }) : null;
    const checked = asTable === null ? found : { ...found, diagnostics: asTable.diagnostics };
    const resolution = await resolveStated('check', 'recipe.yaml', { ...options, cwd });
    if (command === 'explain') explainValue(resolution.tree, resolution.registry, argument);
    const start = { file: join(cwd, 'recipe.yaml'), line: 1, column: 1 };
    const more = [
      ...(command === 'run' && resolution.sweep
        ? [isSweep(resolution.sweep.place, resolution.sweep.points.length)]
        : []),
      ...(command === 'run' && checked.table ? [isTable(start)] : []),
      ...(command === 'sweep' && !resolution.sweep ? [noSweep(start)] : []),
    ];
    const diagnostics = [...checked.diagnostics, ...more];
    const { findings, verdict } = await checkedText({ ...checked, diagnostics }, { cwd });
    const lines = [findings, ...(command ? [] : [verdict])].filter((text) => text !== '');
    return {
      output: lines.join('\n'),
      codes: [...new Set(diagnostics.map(({ code }) => code))],
      severities: diagnostics.map(({ code, severity }) => `${code} ${severity}`),
      places: diagnostics.every(
        ({ file, line, code }) => file.startsWith('--') || line > 0 || code === 'recipe-missing',
      ),
    };
  } catch (error) {
    if (!(error instanceof IchorError)) throw error;
    const { code, message, hint } = error;
    const output = `error[${code}]: ${message}${hint ? `\n  hint: ${hint}` : ''}`;
    return { output, codes: [code], severities: [`${code} error`], places: true };
  }
}

// For the test of the catalogue: what each example gave, without its pages.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shown = await runExamples();
  const rows = shown.map(({ entry, codes, severities, places }) => ({
    code: entry.code,
    severity: entry.severity,
    besides: entry.example.besides ?? [],
    codes,
    severities,
    places,
  }));
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}
