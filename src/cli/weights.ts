import { IchorError } from '../errors.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import type { Backbone } from '../registry/kinds/backbone.ts';
import type { Weights } from '../registry/kinds/weights.ts';
import { weightsOrigin } from '../registry/weights-origin.ts';
import { withoutPassword } from '../runtime/download/address.ts';
import { isOffline } from '../runtime/download/offline.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { choose } from '../runtime/train/components.ts';
import { furtherBackbones } from '../runtime/train/crossfit.ts';
import { addWeights } from '../runtime/weights/add.ts';
import { cacheEntries, placeOf, weightsCacheFolder } from '../runtime/weights/cache.ts';
import { fetchWeights, weightsState } from '../runtime/weights/fetch.ts';
import { type KnownWeights, knownWeights } from '../runtime/weights/known.ts';
import { mirrored } from '../runtime/weights/mirror.ts';
import { fileText, hashText, noCache } from '../runtime/weights/problems.ts';
import { publishedOf, type WeightsSource, wantedOf } from '../runtime/weights/published.ts';
import { verifyWeights } from '../runtime/weights/verify.ts';
import { warn } from './end.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { type PluginOptions, withPlugins } from './plugins.ts';
import { progressReporter } from './progress.ts';
import { loadRecipe } from './recipe.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { openRegistry } from './registry.ts';
import { table } from './table.ts';

const STATES = {
  cached: 'fetched',
  unchecked: 'here, not compared yet',
  changed: 'changed, not used',
  missing: 'not fetched',
};

/** `ichor weights list`: what each backbone knows, and whether it is here. */
export async function listCommand(options: PluginOptions & { json?: boolean }): Promise<number> {
  const known = await knownTo(options);
  if (known === null) return 2;
  const root = weightsCacheFolder();
  const rows = await Promise.all(
    known.map(async ({ backbone, name, published }) => {
      const wanted = wantedOf(published);
      const { state } = await weightsState(published);
      const { url, bytes, hash, licence, trainedOn, pixels } = published;
      const path = root === null ? null : placeOf(root, wanted).path;
      return { backbone, name, state, url, file: wanted.file, bytes, hash, licence, trainedOn, pixels, path, wanted };
    }),
  );
  const others = root === null ? [] : await unnamed(root, known);
  if (options.json) {
    const weights = rows.map(({ wanted: _, ...row }) => row);
    return printJson({ cache: root, weights, others });
  }
  const lines = rows.map(({ backbone, name, bytes, state, wanted }) => [
    `${backbone}:${name}`,
    formatBytes(bytes),
    STATES[state],
    hashText(wanted),
  ]);
  if (lines.length === 0) process.stdout.write('No backbone knows weights by a name.\n');
  else process.stdout.write(`${table([['weights', 'size', 'state', 'hash'], ...lines], { right: [1] })}\n`);
  for (const [licence, names] of byLicence(known))
    process.stdout.write(`\n${paint.bold(licence)}\n  ${names.join(', ')}\n`);
  if (others.length > 0) {
    const further = others.map(({ file, bytes, hash }) => [file, formatBytes(bytes), hash]);
    process.stdout.write(
      `\n${paint.bold('in the cache, of no backbone that is known here')}\n${table(further, { indent: 2, right: [1] })}\n`,
    );
  }
  return 0;
}

/** What the registry's backbones know, with a warning for each that does not tell. Null where a plugin cannot be used. */
async function knownTo(options: PluginOptions): Promise<KnownWeights[] | null> {
  const registry = await withPlugins(options);
  if (registry === null) return null;
  const { known, silent } = knownWeights(registry);
  for (const { backbone, reason } of silent)
    warn(
      new IchorError(
        'weights-unlisted',
        `The backbone ${backbone} does not say which weights it knows: ${reason}.`,
        'Name a recipe that uses it: `ichor check RECIPE`.',
      ),
    );
  return known;
}

/** Files that a recipe named by their address, or that belong to a plugin that is not named here. */
async function unnamed(root: string, known: readonly KnownWeights[]) {
  const names = new Set(known.map(({ published }) => hashText(wantedOf(published))));
  return (await cacheEntries(root)).flatMap(({ algorithm, hex, record }) =>
    record === null || names.has(hashText({ algorithm, hex }))
      ? []
      : [{ file: record.file, bytes: record.bytes, hash: hashText({ algorithm, hex }), url: record.url }],
  );
}

function byLicence(known: readonly KnownWeights[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { backbone, name, published } of known) {
    const names = found.get(published.licence) ?? [];
    found.set(published.licence, [...names, `${backbone}:${name} (${published.trainedOn})`]);
  }
  return found;
}

/** The weights that `resnet-50:imagenet` names; without a name `imagenet`. Throws IchorError `weights-name`. */
function find(known: readonly KnownWeights[], stated: string): KnownWeights {
  const [backbone = '', name = 'imagenet'] = stated.split(':');
  const found = known.find((each) => each.backbone === backbone && each.name === name);
  if (found !== undefined) return found;
  const all = known.map((each) => `${each.backbone}:${each.name}`);
  const close = nearest(`${backbone}:${name}`, all);
  throw new IchorError(
    'weights-name',
    `No backbone that is known here has the weights ${backbone}:${name}.`,
    `${close ? `Did you mean \`${close}\`? ` : ''}Known: ${all.join(', ') || 'none'}. Those of a plugin with --plugin NAME.`,
    2,
  );
}

export interface GetOptions extends PluginOptions, RecipeOptions {
  quiet?: boolean;
  recipe?: string;
  json?: boolean;
}

/** `ichor weights get`: the paths go to standard output, all else to standard error. */
export async function getCommand(stated: readonly string[], options: GetOptions): Promise<number> {
  if (stated.length === 0 && options.recipe === undefined)
    throw new IchorError(
      'weights-name',
      'No weights are named.',
      'Say which: `ichor weights get resnet-50`, or those of a recipe with --recipe FILE; `ichor weights list` lists them.',
      2,
    );
  const sources: WeightsSource[] = [];
  if (stated.length > 0) {
    const known = await knownTo(options);
    if (known === null) return 2;
    sources.push(...stated.map((each) => find(known, each).published));
  }
  if (options.recipe !== undefined) {
    const ofRecipe = await sourcesOf(options.recipe, options);
    if (ofRecipe === null) return 2;
    if (ofRecipe.length === 0 && !options.quiet)
      process.stderr.write(`${options.recipe} starts from no weights that are fetched.\n`);
    sources.push(...ofRecipe);
  }
  const report = progressReporter({ quiet: options.quiet ?? false });
  const signal = interruptible();
  const fetched: { path: string; url: string }[] = [];
  for (const source of sources) {
    const { path } = await fetchWeights(source, { signal, emit: report });
    fetched.push({ path, url: source.url });
    if (!options.json) process.stdout.write(`${path}\n`);
  }
  return options.json ? printJson({ fetched }) : 0;
}

/** What the backbones of a recipe would fetch, with its own parameters and plugins. Null where it is not valid, which is printed. */
async function sourcesOf(file: string, options: RecipeOptions): Promise<WeightsSource[] | null> {
  const { recipe, registry } = await loadRecipe(file, options, openRegistry());
  if (recipe === null) return null;
  const backbones = recipe.backbone === 'none' ? [] : [recipe.backbone, ...furtherBackbones(recipe)];
  return backbones.flatMap((value): WeightsSource[] => {
    const origin = weightsOrigin(value.weights as Weights | undefined);
    if (origin?.from === 'url') return [{ url: origin.url, sha256: origin.sha256 }];
    if (origin?.from !== 'name') return [];
    const { component, params } = choose(registry, 'backbone', value);
    const published = publishedOf(component as Backbone, params, origin.name);
    return published === null ? [] : [published];
  });
}

/** `ichor weights add` */
export async function addCommand(
  file: string,
  options: PluginOptions & { sha256?: string; json?: boolean },
): Promise<number> {
  const known = await knownTo(options);
  if (known === null) return 2;
  const added = await addWeights(file, known, {
    signal: interruptible(),
    ...(options.sha256 === undefined ? {} : { sha256: options.sha256 }),
  });
  if (options.json) return printJson({ file, ...added });
  const of =
    added.of.map(({ backbone, name }) => `${backbone}:${name}`).join(', ') || 'what a recipe names by this SHA-256';
  process.stdout.write(`${file} is ${of} (${formatBytes(added.bytes)}, SHA-256 ${added.sha256}).\n`);
  process.stdout.write(`${added.present ? 'It was in the cache already' : 'It is in the cache now'}: ${added.path}\n`);
  return 0;
}

/** `ichor weights verify`: 1 where a file is not what it was. */
export async function verifyCommand({ json = false }: { json?: boolean } = {}): Promise<number> {
  const root = weightsCacheFolder();
  const found = await verifyWeights({ signal: interruptible() });
  const bad = found.filter(({ state }) => state === 'changed' || state === 'missing').length;
  if (json) return printJson({ cache: root, files: found }, bad > 0 ? 1 : 0);
  if (found.length === 0) process.stdout.write(`The cache of weights is empty${root === null ? '' : `: ${root}`}.\n`);
  for (const { path, state, bytes, algorithm, wanted, found: hash } of found) {
    const must = hashText({ algorithm, hex: wanted });
    if (state === 'whole')
      process.stdout.write(`${paint.green('whole')}    ${path} (${formatBytes(bytes)}, ${must})\n`);
    else if (state === 'part')
      process.stdout.write(
        `${paint.yellow('part')}     ${path} (${formatBytes(bytes)} of a download that was interrupted)\n`,
      );
    else
      process.stdout.write(
        `${paint.red(state.padEnd(8))} ${path} (${hash === null ? `it has to have ${must}` : `${hashText({ algorithm, hex: hash })}, and has to have ${must}`})\n`,
      );
  }
  if (bad > 0)
    process.stderr.write(
      `${bad} of them ${bad === 1 ? 'is' : 'are'} not used. What needs ${bad === 1 ? 'it' : 'them'} fetches anew.\n`,
    );
  return bad > 0 ? 1 : 0;
}

/** `ichor weights where [BACKBONE[:NAME]]`: the cache, or the path and the address of one. */
export async function whereCommand(
  stated: string | undefined,
  options: PluginOptions & { json?: boolean },
): Promise<number> {
  const root = weightsCacheFolder();
  if (root === null) throw noCache();
  if (stated === undefined) {
    const { ICHOR_WEIGHTS_MIRROR: mirror } = process.env;
    if (options.json)
      return printJson({ cache: root, mirror: mirror ? withoutPassword(mirror) : null, offline: isOffline() });
    const rows = [
      ['cache', root],
      ['mirror', mirror ? withoutPassword(mirror) : 'none: the published addresses'],
      ['offline', isOffline() ? 'yes: ICHOR_OFFLINE' : 'no'],
    ];
    process.stdout.write(`${table(rows)}\n`);
    return 0;
  }
  const known = await knownTo(options);
  if (known === null) return 2;
  const { published } = find(known, stated);
  const wanted = wantedOf(published);
  if (options.json)
    return printJson({
      file: wanted.file,
      path: placeOf(root, wanted).path,
      state: (await weightsState(published)).state,
      published: wanted.url,
      asked: withoutPassword(mirrored(wanted.url)),
      licence: published.licence,
      trainedOn: published.trainedOn,
    });
  const rows = [
    ['file', fileText(wanted)],
    ['path', placeOf(root, wanted).path],
    ['state', STATES[(await weightsState(published)).state]],
    ['published', wanted.url],
    ['asked', withoutPassword(mirrored(wanted.url))],
    ['licence', published.licence],
    ['trained on', published.trainedOn],
  ];
  process.stdout.write(`${table(rows)}\n`);
  return 0;
}
