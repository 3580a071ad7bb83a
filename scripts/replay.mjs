/**
 * Plan replay: whether the resolved form or any key of a checked-in recipe changed, and why. Compares every recipe (as it
 * is and with the profile smoke; of a sweep its points) and every row of every table (as it is and under ci; where no other
 * plan resolves to the same) with test/golden/plans.json, under a fixed fingerprint and engine.
 * `--write` writes the file anew; `--golden FILE` compares with another; `--only quickstart` looks at recipes whose file begins so.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { builtIn } = await import('../plugins/index.ts');
const { fieldsOf } = await import('../src/registry/language/fields.ts');
const { LANGUAGE } = await import('../src/registry/language/language.ts');
const { createRegistry } = await import('../src/registry/registry.ts');
const { resolveRecipe } = await import('../src/registry/resolve/resolve.ts');
const { resolveTable } = await import('../src/registry/table/resolve-table.ts');
const { hashOf } = await import('../src/runtime/store/key.ts');
const { partDifferences, pathsOf } = await import('../src/runtime/plan/part-differences.ts');
const { planRecipe } = await import('../src/runtime/plan/plan.ts');
const { keyPlan } = await import('../src/runtime/plan/keys.ts');
const { reasonFor, reasonText, side } = await import('../src/runtime/plan/reasons.ts');
const { recipeHash } = await import('../src/runtime/runs/recipe-hash.ts');
const { stages } = await import('../src/runtime/stages/index.ts');

const top = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const argument = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
const file = argument('--golden', join(top, 'test', 'golden', 'plans.json'));
const only = argument('--only', '');

const registry = createRegistry(builtIn);
const KEY_CONTEXT = { fingerprint: 'replay', engine: { kind: 'replay', version: '0', precision: 'float32' } };
const short = (hash) => hash.slice(0, 12);

const now = await current();
if (args.includes('--write') && only === '') {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatted(now));
  process.stdout.write(`plan replay: wrote ${Object.keys(now.recipes).length} plans\n`);
} else if (!existsSync(file)) {
  process.stdout.write(
    'plan replay: there is no test/golden/plans.json; write it with `node scripts/replay.mjs --write`\n',
  );
  process.exitCode = 1;
} else {
  process.exitCode = report(JSON.parse(readFileSync(file, 'utf8'))) ? 0 : 1;
}

/** Everything that the golden file holds, as it is now. */
async function current() {
  const values = {};
  const recipes = {};
  const made = {};
  const seen = new Set();
  const add = (name, recipe, always) => {
    const plan = planOf(recipe, made, values);
    if (seen.has(plan.resolved) && !always) return;
    seen.add(plan.resolved);
    recipes[name] = plan;
  };
  for (const file of filesIn('recipes')) {
    for (const profile of [[], ['smoke']]) {
      for (const [point, recipe] of await plansOfRecipe(file, profile)) {
        add([nameOf(file), ...point, ...profile].join(' '), recipe, point.length === 0);
      }
    }
  }
  for (const file of filesIn('recipes/tables')) {
    // Tables of real patients have no profile: there is no smaller set of them.
    const profiles = /^ {2}ci:/m.test(readFileSync(join(top, file), 'utf8')) ? [[], ['ci']] : [[]];
    for (const profile of profiles) {
      for (const [row, recipe] of await plansOfTable(file, profile)) {
        add([nameOf(file), row, ...profile].join(' '), recipe, false);
      }
    }
  }
  const components = registry.all().map((component) => {
    const { kind, name, version } = component;
    const fields = Object.entries(fieldsOf(component)).map(([field, schema]) => [field, schema.default ?? 'required']);
    return [`${kind} ${name}`, { version, defaults: Object.fromEntries(fields) }];
  });
  return {
    stages: Object.fromEntries(Object.values(stages).map(({ name, version }) => [name, version])),
    defaults: defaultsOf(LANGUAGE, ''),
    components: Object.fromEntries(components),
    recipes,
    made,
    values,
  };
}

/** The YAML files below a folder of the checkout that are recipes, or with `recipes/tables` those that are tables. */
function filesIn(folder) {
  const notRecipes = folder === 'recipes' ? ['base', 'tables'] : [];
  return readdirSync(join(top, folder), { recursive: true })
    .map((each) => join(folder, each))
    .filter((each) => nameOf(each).startsWith(only))
    .filter((file) => file.endsWith('.yaml') && !notRecipes.some((name) => file.startsWith(join(folder, name, '/'))))
    .sort();
}

/** `controls/crossfit`, `tables/table-2`. */
function nameOf(file) {
  return relative('recipes', file)
    .replace(/\.yaml$/, '')
    .replaceAll('\\', '/');
}

/** Its recipe under no name; of a sweep, the first seed of each point, under what it sets. */
async function plansOfRecipe(file, profile) {
  const resolution = await resolveRecipe(join(top, file), { registry, profile, cwd: top });
  const { recipe, sweep } = resolution;
  if (sweep) return firstSeeds(sweep).map(({ point, recipe: made }) => [[pointName(point.values)], made()]);
  assertResolved(file, recipe, resolution);
  return [[[], recipe]];
}

/** The first seed of each row that runs: seeds are in no other place of a plan than its seeds. */
async function plansOfTable(file, profile) {
  const resolution = await resolveTable(join(top, file), { registry, profile, cwd: top });
  assertResolved(file, resolution.table, resolution);
  return resolution.table.rows.filter(({ runs }) => runs.length > 0).map(({ name, runs }) => [name, runs[0].recipe()]);
}

function firstSeeds({ recipes }) {
  return [...new Map([...recipes].reverse().map((one) => [JSON.stringify(one.point.values), one])).values()].reverse();
}

function pointName(values) {
  return Object.entries(values)
    .map(([path, value]) => `${path}=${JSON.stringify(value)}`)
    .join(' ');
}

function assertResolved(file, resolved, { diagnostics }) {
  if (resolved === null) throw new Error(`${file} does not resolve: ${diagnostics[0]?.message}`);
}

/**
 * A plan by the keys of its stages. What a key was made of goes into `made`, once for all plans: `reads` names the
 * instances of the plan that had it first.
 */
function planOf(recipe, made, values) {
  const keyed = keyPlan(planRecipe(recipe, registry), KEY_CONTEXT);
  const plan = keyed.map((instance) => {
    const { id, key, parts } = instance;
    const slice = Object.entries(parts.slice).map(([name, value]) => {
      const hash = hashOf(value).slice(0, 8);
      values[hash] = value;
      return [name, hash];
    });
    const from = Object.entries(pathsOf(instance)).filter(([part, where]) => part !== where);
    const what = {
      reads: instance.reads.map((read) => `${read}=${short(keyed.find((other) => other.id === read).key)}`).join(' '),
      ...(parts.seed === undefined ? {} : { seed: parts.seed, seedFrom: instance.seedFrom.join('.') }),
      ...(parts.engine === undefined ? {} : { engine: true }),
      ...(from.length > 0 ? { from: Object.fromEntries(from) } : {}),
      slice: Object.fromEntries(slice),
    };
    made[short(key)] ??= what;
    return [id, short(key)];
  });
  return { resolved: short(recipeHash(recipe)), stages: Object.fromEntries(plan) };
}

/** Path to default of every value of the language. */
function defaultsOf(shape, path) {
  if (shape.is === 'map') {
    const fields = Object.entries(shape.fields);
    return Object.assign({}, ...fields.map(([key, child]) => defaultsOf(child, path === '' ? key : `${path}.${key}`)));
  }
  const value = shape.is === 'value' ? shape.schema.default : shape.default;
  return value === undefined ? {} : { [path]: value };
}

/** Prints what changed and why; true where nothing did. */
function report(golden) {
  const lines = [...changedDefaults(golden)];
  const all = [...Object.keys(golden.recipes), ...Object.keys(now.recipes)];
  const names = new Set(all.filter((name) => name.startsWith(only)));
  let same = 0;
  for (const name of names) {
    const changes = changesOf(name, golden);
    if (changes.length === 0) same += 1;
    else lines.push(`${name}:`, ...changes.map((line) => `  ${line}`));
  }
  const plans = same === names.size ? `all ${same} plans` : `${same} of ${names.size} plans`;
  process.stdout.write(`plan replay: ${[...lines, `unchanged: ${plans}`].join('\n')}\n`);
  if (lines.length === 0) return true;
  process.stdout.write('If that is meant: node scripts/replay.mjs --write, and say in the commit why.\n');
  return false;
}

/** A default that changes under an unchanged version gives other results under old keys. */
function changedDefaults(golden) {
  const lines = [];
  for (const [path, before, after] of changed(golden.defaults, now.defaults)) {
    if (before === undefined) lines.push(`language: new field ${path}, by default ${side(after)}`);
    else if (after === undefined) lines.push(`language: ${path} is gone or has no default (was ${side(before)})`);
    else
      lines.push(
        `language: default of ${path}: ${side(before)} -> ${side(after)}; raise the version of each stage that reads it`,
      );
  }
  for (const [name, before, after] of changed(golden.components, now.components)) {
    if (before === undefined || after === undefined) {
      lines.push(`components: ${name} is ${before === undefined ? 'new' : 'gone'}`);
      continue;
    }
    if (before.version !== after.version)
      lines.push(`components: ${name}: version ${before.version} -> ${after.version}`);
    for (const [field, was, is] of changed(before.defaults, after.defaults)) {
      const raise = was !== undefined && before.version === after.version ? '; raise its version' : '';
      lines.push(`components: ${name}: default of ${field}: ${side(was)} -> ${side(is)}${raise}`);
    }
  }
  for (const [name, before, after] of changed(golden.stages, now.stages)) {
    lines.push(`stages: ${name}: version ${side(before)} -> ${side(after)}`);
  }
  return lines;
}

function changed(before, after) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => [name, before[name], after[name]]);
}

function changesOf(name, golden) {
  const [before, after] = [golden.recipes[name], now.recipes[name]];
  if (before === undefined) return ['a new recipe'];
  if (after === undefined) return ['the recipe is gone'];
  const lines = [];
  const follow = [];
  for (const id of new Set([...Object.keys(before.stages), ...Object.keys(after.stages)])) {
    if (before.stages[id] === undefined || after.stages[id] === undefined) {
      lines.push(`${id}: ${before.stages[id] === undefined ? 'a new stage' : 'no longer a stage'}`);
      continue;
    }
    if (before.stages[id] === after.stages[id]) continue;
    const all = partDifferences(originOf(id, before, golden), originOf(id, after, now), registry);
    const seedFrom = now.made[after.stages[id]].seedFrom?.split('.') ?? ['seed'];
    const own = all.filter(({ what }) => what !== 'input' && what !== 'fingerprint');
    if (own.length === 0) follow.push(id);
    else lines.push(`${id}: ${own.map((one) => reasonText(reasonFor(one, seedFrom, null))).join('; ')}`);
  }
  if (follow.length > 0) lines.push(`follows: ${follow.join(', ')}`);
  if (before.resolved !== after.resolved) {
    lines.push(`resolved form: changed${lines.length === 0 ? ' and no key did: see the defaults above' : ''}`);
  }
  return lines;
}

/** What a key was made of, put together again from the file. */
function originOf(id, { stages: all }, { stages: versions, made, values }) {
  const { reads, seed, engine, from, slice } = made[all[id]];
  const stage = id.split(':')[0];
  const inputs = reads === '' ? [] : reads.split(' ').map((read) => read.split('='));
  return {
    parts: {
      stage,
      version: versions[stage],
      slice: Object.fromEntries(Object.entries(slice).map(([name, hash]) => [name, values[hash]])),
      inputs: Object.fromEntries(inputs),
      ...(seed === undefined ? {} : { seed }),
      ...(engine ? { engine: KEY_CONTEXT.engine } : {}),
    },
    paths: { ...Object.fromEntries(Object.keys(slice).map((name) => [name, name])), ...from },
  };
}

/** A line a plan, a stage, a value, a component: a change shows as the lines that it touches. */
function formatted({ stages: versions, defaults, components, recipes, made, values }) {
  const lines = (map) =>
    Object.entries(map)
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(',\n');
  const byKey = (map) => Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `{
  "stages": ${JSON.stringify(versions)},
  "defaults": {
${lines(defaults)}
  },
  "components": {
${lines(components)}
  },
  "recipes": {
${lines(recipes)}
  },
  "made": {
${lines(byKey(made))}
  },
  "values": {
${lines(byKey(values))}
  }
}
`;
}
