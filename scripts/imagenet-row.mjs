// The headline recipe from weights, from end to end: fetched from a server with the published paths, verified, mapped, trained,
// and held against Keras' own loading of the same file. Needs the file as Keras writes it, the RSNA sample, and Python with Keras.
//
// node scripts/imagenet-row.mjs FILE.h5 --data DIR [--python PYTHON] [--work DIR]
//
// FILE.h5: keras.applications.InceptionResNetV2(weights=None, include_top=False), written by save_weights_to_hdf5_group. It has not
// the published hash, so that a recipe names it by address and SHA-256: a mirror cannot give another file for a published one,
// and the first step shows that it is refused.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const top = resolve(fileURLToPath(new URL('..', import.meta.url)));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    work: { type: 'string' },
  },
});
const [stated] = positionals;
if (stated === undefined || values.data === undefined) {
  process.stderr.write('node scripts/imagenet-row.mjs FILE.h5 --data DIR [--python PYTHON] [--work DIR]\n');
  process.exit(2);
}
const file = resolve(stated);
const PUBLISHED =
  '/tensorflow/keras-applications/inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5';
const ADDRESS = `https://storage.googleapis.com${PUBLISHED}`;
const SLICES = 8;

const work = values.work ? resolve(values.work) : await mkdtemp(join(tmpdir(), 'ichor-imagenet-row-'));
await mkdir(work, { recursive: true });
const cache = join(work, 'cache');
const store = join(work, 'store');
const failures = [];
const say = (text) => process.stdout.write(`${text}\n`);
const check = (what, holds, figure = '') => {
  say(`${holds ? 'holds ' : 'FAILS '} ${what}${figure === '' ? '' : `: ${figure}`}`);
  if (!holds) failures.push(what);
};

// The caches are empty but for the native engine, which is no matter of weights.
const engine = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ichor', 'engine');
if (existsSync(engine) && !existsSync(join(cache, 'ichor', 'engine')))
  await cp(engine, join(cache, 'ichor', 'engine'), { recursive: true });

const { size } = await stat(file);
const hash = createHash('sha256');
for await (const chunk of createReadStream(file)) hash.update(chunk);
const sha256 = hash.digest('hex');
const asked = [];
const server = createServer((request, response) => {
  asked.push(request.url);
  if (request.url !== PUBLISHED) return response.writeHead(404).end();
  response.writeHead(200, { 'content-length': size });
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const mirror = `http://127.0.0.1:${server.address().port}`;

async function ichor(args, env = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, [join(top, 'dist', 'src', 'cli', 'main.js'), ...args], {
    cwd: top,
    env: {
      ...process.env,
      ICHOR_CACHE: '',
      XDG_CACHE_HOME: cache,
      ICHOR_WEIGHTS_MIRROR: mirror,
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  let out = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  const status = await new Promise((done) => child.on('close', done));
  return { status, err, out, seconds: (performance.now() - started) / 1000 };
}

const run = [
  ...['run', 'recipes/inception-seq-aug.yaml', '--profile', 'sample-imagenet', '--store', store],
  ...['--set', `data.source.root=${resolve(values.data)}`],
];
const named = ['--set', `backbone.weights={ url: "${ADDRESS}", sha256: ${sha256} }`];
const kept = async () => (existsSync(join(cache, 'ichor', 'weights')) ? readdir(join(cache, 'ichor', 'weights')) : []);

try {
  const refused = await ichor(run);
  check(
    'a file without the published hash is refused, whoever serves it',
    refused.status === 1 && refused.err.includes('weights-other-file'),
  );
  check('nothing of it is kept', (await kept()).length === 0);
  const offline = await ichor([...run, ...named], { ICHOR_OFFLINE: '1' });
  const says = [ADDRESS, basename(PUBLISHED), sha256, 'ichor weights add'];
  // What was asked is the mirror's address, and what to do names the published one.
  check(
    'offline the error says address, file, hash and what to do',
    offline.status === 1 &&
      offline.err.includes('weights-not-fetched') &&
      says.every((text) => offline.err.includes(text)),
  );
  say(
    offline.err
      .trim()
      .split('\n')
      .filter((line) => /error|hint|Fetch/.test(line))
      .join('\n'),
  );

  const before = asked.length;
  const trained = await ichor([...run, ...named]);
  await writeFile(join(work, 'trained.log'), trained.err + trained.out);
  check('fetches, verifies, maps and trains', trained.status === 0, `${trained.seconds.toFixed(0)} s`);
  check('asks the server once', asked.length === before + 1);
  for (const line of trained.err
    .split('\n')
    .filter((each) => /weights |started from|starts from|epoch +1|done in/.test(each)))
    say(`  ${line.trim()}`);
  const network = JSON.parse(await readFile(join(await newest('backbone'), 'network.json'), 'utf8'));
  check(
    '898 tensors less the two of the prediction layer',
    network.training.weights.tensors === 896,
    `${network.training.weights.tensors} of ${network.training.weights.of}`,
  );
  check('20 steps', network.training.steps === 20, String(network.training.steps));
  const first = await newest('embed');

  // The weights as they were loaded: a step that moves nothing, then every slice goes through the network.
  const still = ['train.backbone.stepsPerEpoch=1', 'train.backbone.optimizer.learningRate=1e-30'].flatMap((each) => [
    '--set',
    each,
  ]);
  const loaded = await ichor([...run, ...named, ...still, '--until', 'embed']);
  await writeFile(join(work, 'loaded.log'), loaded.err + loaded.out);
  check(
    'the same without training, out of the cache',
    loaded.status === 0 && asked.length === before + 1,
    `${loaded.seconds.toFixed(0)} s`,
  );
  await compared(first);
} finally {
  server.close();
  if (values.work === undefined) await rm(work, { recursive: true, force: true });
}
say(failures.length === 0 ? 'all of it holds' : `${failures.length} fail: ${failures.join('; ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function folders(stage) {
  const root = join(store, 'store', stage);
  const found = await Promise.all(
    (await readdir(root)).map(async (name) => ({ path: join(root, name), at: (await stat(join(root, name))).mtimeMs })),
  );
  return found.sort((a, b) => b.at - a.at).map(({ path }) => path);
}

async function newest(stage) {
  return (await folders(stage))[0];
}

/** Eight slices, from the bytes of the shards, through Keras' network with its own loader, against what embed wrote. */
async function compared(trained) {
  const built = (path) => import(join(top, 'dist', 'src', 'runtime', path));
  const { openShards } = await built('artifacts/shards.js');
  const { readSlices } = await built('artifacts/slices.js');
  const { openEmbeddings } = await built('artifacts/embeddings.js');
  const { chunkTensor, readableRows } = await built('train/image-chunks.js');
  const index = await readSlices(await newest('index'));
  const shards = await openShards(await newest('shards'));
  const readable = readableRows(index, shards);
  const rows = index
    .flatMap((_, row) => (readable[row] ? [row] : []))
    .filter((_, at, all) => at % Math.ceil(all.length / SLICES) === 0)
    .slice(0, SLICES);
  const { data, shape } = await chunkTensor(shards, index, rows);
  await writeFile(join(work, 'images.bin'), Buffer.from(data.buffer, data.byteOffset, data.length));
  const embed = (await folders('embed')).find((folder) => folder !== trained);
  const embeddings = await openEmbeddings(embed);
  const vectors = [];
  for (const row of rows) vectors.push(Array.from(await embeddings.read(row, row + 1)));
  await writeFile(join(work, 'embeddings.json'), JSON.stringify({ shape, vectors }));
  await shards.close();
  const child = spawn(values.python, [join(top, 'scripts', 'imagenet-row.py'), file, work], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  const status = await new Promise((done) => child.on('close', done));
  if (status !== 0) throw new Error(`scripts/imagenet-row.py ended with ${status}:\n${err}`);
  const { largest, norm } = JSON.parse(out.trim().split('\n').at(-1));
  check(
    `embeddings of ${SLICES} slices are Keras' within 1e-4`,
    largest < 1e-4 && norm < 1e-4,
    `largest ${largest.toExponential(1)} of the largest, ${norm.toExponential(1)} by norm`,
  );
}
