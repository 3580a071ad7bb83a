import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ichor, start, top } from '../cli.ts';
import { file, proxy, serve, serveSecurely } from '../runtime/download/servers.ts';

const DATA = Buffer.from(Array.from({ length: 400_000 }, (_, at) => (at * at + (at >> 8)) & 255));
const hash = (algorithm: string) => createHash(algorithm).update(DATA).digest('hex');

/** A plugin whose backbone knows weights that are published nowhere: a mirror of this machine has them. */
const PLUGIN = `import { defineBackbone, Type } from 'ichor';
export default defineBackbone({
  name: 'acme/net', version: 1, summary: 'A net.', params: Type.Object({}),
  contract: () => ({
    channels: 3, minimumSize: 8, pixels: 'tf', embedding: 3, weights: ['none', 'imagenet'],
    weightsFor: { imagenet: { channels: 3, file: {
      url: 'https://published.test/apps/net_notop.h5', bytes: ${DATA.length}, hash: { md5: '${hash('md5')}' },
      licence: 'CC-BY-4.0', trainedOn: 'ImageNet', names: 'keras', pixels: 'tf',
    } } },
  }),
  network: (layers, images) => layers.globalAveragePool(images),
});
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-weights-cli-'));
  await writeFile(join(folder, 'net.ts'), PLUGIN);
  await writeFile(join(folder, 'package.json'), '{}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const GET = ['weights', 'get', 'acme/net', '--plugin', './net.ts'];
const place = (cache: string) => join(folder, cache, 'weights', `md5-${hash('md5')}`);
const env = (cache: string, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ICHOR_CACHE: join(folder, cache),
  ICHOR_OFFLINE: '',
  NO_PROXY: '',
  no_proxy: '',
  ...more,
});

test('one process fetches and is killed; another one waits for it, takes over and goes on from where it was', async () => {
  const ranges: (string | undefined)[] = [];
  let half: () => void = () => {};
  const reached = new Promise<void>((done) => {
    half = done;
  });
  const origin = await serve((request, response) => {
    ranges.push(request.headers.range);
    if (ranges.length > 1) return file(DATA)(request, response);
    response.writeHead(200, { 'content-length': DATA.length, etag: '"1"' });
    response.write(DATA.subarray(0, 200_000), half);
  });
  const options = { cwd: folder, env: env('killed', { ICHOR_WEIGHTS_MIRROR: origin }) };
  const first = start(GET, options);
  await reached;
  const second = start(GET, options);
  await new Promise<void>((done) => {
    let said = '';
    second.child.stderr?.on('data', (text: Buffer) => {
      said += text;
      if (said.includes('another process is fetching them')) done();
    });
    void second.ended.then(() => done());
  });
  first.child.kill('SIGKILL');
  const { status, out, err } = await second.ended;
  expect(err).toContain(`net_notop.h5: another process is fetching them (process ${first.child.pid} on`);
  expect(err).toContain(`weights net_notop.h5 from ${origin}/apps/net_notop.h5 (400 kB; licence: CC-BY-4.0; into`);
  expect([status, out]).toEqual([0, `${join(place('killed'), 'net_notop.h5')}\n`]);
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  expect((await readdir(place('killed'))).sort()).toEqual(['net_notop.h5', 'weights.json']);
  expect(await readdir(join(folder, 'killed', 'weights'))).toEqual([`md5-${hash('md5')}`]);
});

test('https through a proxy, with the certificate of NODE_EXTRA_CA_CERTS; then it is listed, and verified', async () => {
  const { origin, cert } = await serveSecurely(file(DATA));
  const through = await proxy();
  await writeFile(join(folder, 'ca.pem'), cert);
  const options = {
    cwd: folder,
    env: env('proxied', {
      ICHOR_WEIGHTS_MIRROR: `${origin}/mirror`,
      HTTPS_PROXY: `http://${through.host}`,
      https_proxy: '',
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    }),
  };
  expect(await ichor(GET, options)).toMatchObject({ status: 0 });
  expect(through.asked).toEqual([`CONNECT ${new URL(origin).host}`]);
  const path = join(place('proxied'), 'net_notop.h5');
  expect(JSON.parse(await readFile(join(place('proxied'), 'weights.json'), 'utf8'))).toMatchObject({
    url: 'https://published.test/apps/net_notop.h5',
    from: `${origin}/mirror/apps/net_notop.h5`,
    bytes: DATA.length,
    md5: hash('md5'),
    sha256: hash('sha256'),
    licence: 'CC-BY-4.0',
  });
  const [listed, verified] = await Promise.all([
    ichor(['weights', 'list', '--json', '--plugin', './net.ts'], options),
    ichor(['weights', 'verify'], options),
  ]);
  const { weights, others } = JSON.parse(listed.out);
  expect(weights).toContainEqual(
    expect.objectContaining({ backbone: 'acme/net', name: 'imagenet', state: 'cached', path, licence: 'CC-BY-4.0' }),
  );
  expect(weights).toContainEqual(
    expect.objectContaining({ backbone: 'resnet-50', name: 'imagenet', state: 'missing' }),
  );
  expect(others).toEqual([]);
  expect(verified).toMatchObject({ status: 0, out: `whole    ${path} (400 kB, MD5 ${hash('md5')})\n` });
});

test('offline, with a name that is close, and a file that is not known: each ends with what to do', async () => {
  await writeFile(join(folder, 'foreign.h5'), 'something else');
  const options = { cwd: folder, env: env('offline', { ICHOR_OFFLINE: '1' }) };
  const [offline, misspelt, foreign, ofRecipe] = await Promise.all([
    ichor(['weights', 'get', 'resnet-50'], options),
    ichor(['weights', 'where', 'resnet-50:imagnet'], options),
    ichor(['weights', 'add', 'foreign.h5'], options),
    ichor(['weights', 'get', '--recipe', join(top, 'recipes', 'inception-seq-aug.yaml')], options),
  ]);
  expect(offline.status).toBe(1);
  expect(offline.err).toContain(
    'error[weights-not-fetched]: Pretrained weights are not in the cache, and ICHOR_OFFLINE is set',
  );
  expect(offline.err).toContain('MD5 4d473c1dd8becc155b73f8504c6f6626');
  expect(ofRecipe.status).toBe(1);
  expect(ofRecipe.err).toContain('MD5 d19885ff4a710c122648d3b5c3b684e4');
  expect(misspelt.status).toBe(2);
  expect(misspelt.err).toContain('error[weights-name]');
  expect(misspelt.err).toContain('Did you mean `resnet-50:imagenet`?');
  expect(foreign.status).toBe(2);
  expect(foreign.err).toContain('error[weights-file-unknown]');
  expect(foreign.err).toContain('resnet-50:imagenet');
});
