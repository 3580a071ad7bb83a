import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { listMembers, readMember } from '../../../src/files/zip.ts';
import { zipBytes } from '../../../src/files/zip-write.ts';
import { readCalibration } from '../../../src/runtime/artifacts/calibration.ts';
import { readWeights } from '../../../src/runtime/artifacts/weights.ts';
import { openTrained, type TrainedRun } from '../../../src/runtime/export/open-trained.ts';
import { openPack } from '../../../src/runtime/pack/open-pack.ts';
import { packRun } from '../../../src/runtime/pack/pack-run.ts';
import { registryOf } from '../export/trained.ts';
import { TEMPERATURES, trainedStore } from '../export/trained-store.ts';

const signal = new AbortController().signal;
const folderOf = () => mkdtempSync(join(tmpdir(), 'pack-'));

async function membersOf(path: string): Promise<Map<string, Buffer>> {
  const file = await open(path);
  try {
    const all = await listMembers(file);
    return new Map(await Promise.all(all.map(async (one) => [one.name, await readMember(file, one)] as const)));
  } finally {
    await file.close();
  }
}

describe('a packed run', () => {
  let run: TrainedRun;
  let file: string;
  beforeAll(async () => {
    const changes = ['sequence={type: bi-lstm, cells: 4}', 'data.source={type: rsna, root: /somewhere/private}'];
    const made = await trainedStore(folderOf(), changes);
    run = await openTrained({ record: made.record, folder: made.folder, storeRoot: made.store }, registryOf());
    file = join(folderOf(), 'exported-1.ichor.zip');
    await packRun(run, { target: file, replace: false, signal });
  });

  it('holds networks, recipe and card, and no folder, host or process of the machine', async () => {
    const members = await membersOf(file);
    expect([...members.keys()]).toEqual([
      'pack.json',
      'model-card.md',
      'run.json',
      'recipe.resolved.yaml',
      ...[0, 1].flatMap((place) =>
        ['history.json', 'ledger.json', 'network.json', 'weights.safetensors', 'manifest.json'].map(
          (name) => `networks/${place}/${name}`,
        ),
      ),
    ]);
    for (const [name, bytes] of members) expect(bytes.toString('latin1'), name).not.toMatch(/secret-host|\/somewhere/);
    expect(String(members.get('model-card.md'))).toMatch(/^# SYNTHETIC, SMOKE, WORSE THAN CONSTANT: exported-1\n/);
    expect(JSON.parse(String(members.get('pack.json')))).toMatchObject({
      format: 1,
      run: 'exported-1',
      networks: [{ id: 'backbone' }, { id: 'sequence' }],
    });
  });

  it('carries what calibrates its networks, and nothing else of a calibrated run', async () => {
    const changes = ['sequence={type: bi-lstm, cells: 4}', 'calibration=temperature'];
    const made = await trainedStore(folderOf(), changes);
    const calibrated = await openTrained(
      { record: made.record, folder: made.folder, storeRoot: made.store },
      registryOf(),
    );
    const path = join(folderOf(), 'calibrated.ichor.zip');
    await packRun(calibrated, { target: path, replace: false, signal });
    const members = await membersOf(path);
    const own = [...members.keys()].filter((name) => /^networks\/[23]\//.test(name));
    expect(own.map((name) => name.slice(11))).toEqual(
      [0, 1].flatMap(() => ['calibration.json', 'ledger.json', 'manifest.json']),
    );
    expect(String(members.get('model-card.md'))).toContain('epidural by 0.5000, intraparenchymal by 1.7500');
    const store = join(folderOf(), '.ichor');
    const found = await openPack(store, path);
    const trained = await openTrained(found!, registryOf());
    expect([...trained.networks.keys()]).toEqual([
      'backbone',
      'sequence',
      'calibration:backbone',
      'calibration:sequence',
    ]);
    const file = await readCalibration(trained.networks.get('calibration:sequence')?.folder as string);
    expect(file.all?.parameters.temperature).toEqual(TEMPERATURES.sequence);
  });

  it('opens in a store that has nothing of it, with the same networks; twice it is taken in once', async () => {
    const store = join(folderOf(), '.ichor');
    const found = await openPack(store, file);
    const again = await openPack(store, file);
    expect(again?.record.artifacts).toEqual(found?.record.artifacts);
    expect(found?.record.name).toMatch(/^exported-1@[0-9a-f]{8}$/);
    // Its recipe lost its folders, and is the one that it was packed with all the same.
    const trained = await openTrained(found!, registryOf());
    expect([...trained.networks.keys()]).toEqual(['backbone', 'sequence']);
    for (const [id, { folder }] of trained.networks)
      expect(await readWeights(folder)).toEqual(await readWeights(run.networks.get(id)!.folder));
    expect(trained.recipe.data.source.root).toBe('');
    // Keys of its own: what a recipe makes here is never taken from a file that came from elsewhere.
    for (const [id, { key }] of trained.networks) expect(key).not.toBe(run.networks.get(id)!.key);
    expect(readdirSync(join(store, 'store', 'backbone')).length).toBe(1);
    expect(readdirSync(join(store, 'partial'))).toEqual([]);
    expect(readdirSync(join(store, 'locks'))).toEqual([]);
    // And on from there: packed again it is the same networks.
    const second = join(folderOf(), 'again.zip');
    await packRun(trained, { target: second, replace: false, signal });
    expect((await membersOf(second)).get('networks/0/weights.safetensors')).toEqual(
      (await membersOf(file)).get('networks/0/weights.safetensors'),
    );
  });

  it('overwrites no file, unless it is told to', async () => {
    const target = join(folderOf(), 'mine.zip');
    writeFileSync(target, 'mine');
    await expect(packRun(run, { target, replace: false, signal })).rejects.toMatchObject({
      code: 'export-exists',
      exit: 2,
    });
    expect(readFileSync(target, 'utf8')).toBe('mine');
    await packRun(run, { target, replace: true, signal });
    expect(readFileSync(target)).toEqual(readFileSync(file));
    const under = join(target, 'below.zip');
    await expect(packRun(run, { target: under, replace: false, signal })).rejects.toMatchObject({
      code: 'file-not-writable',
    });
  });

  it('is refused where it was cut off, changed, or is another zip, and leaves nothing in the store', async () => {
    const folder = folderOf();
    const store = join(folder, '.ichor');
    const path = join(folder, 'bad.zip');
    const refused = async (bytes: Uint8Array, says: RegExp) => {
      writeFileSync(path, bytes);
      await expect(openPack(store, path)).rejects.toMatchObject({
        code: 'pack-invalid',
        exit: 2,
        message: expect.stringMatching(says),
      });
      for (const place of ['store', 'partial', 'locks', 'packed'])
        if (existsSync(join(store, place)))
          expect(readdirSync(join(store, place)).filter((name) => name !== 'backbone')).toEqual([]);
    };
    const whole = readFileSync(file);
    await refused(whole.subarray(0, whole.length - 100), /cut off/);
    const all = [...(await membersOf(file))].map(([name, data]) => ({ name, data }));
    const changed = (name: string, change: (data: Buffer) => Buffer) =>
      zipBytes(all.map((one) => (one.name === name ? { name, data: change(Buffer.from(one.data)) } : one)));
    await refused(
      changed('networks/0/weights.safetensors', (data) => {
        data[data.length - 1]! ^= 1;
        return data;
      }),
      /weights\.safetensors in it is not what was packed/,
    );
    await refused(
      changed('pack.json', () => Buffer.from('{}')),
      /pack\.json/,
    );
    await refused(
      changed('pack.json', () => Buffer.from('no')),
      /no JSON/,
    );
    await refused(
      changed('networks/0/manifest.json', (data) =>
        Buffer.from(String(data).replace('"history.json"', '"../../../run.json"')),
      ),
      /manifest/,
    );
    await refused(zipBytes([{ name: 'a.dcm', data: Buffer.from('x') }]), /holds no pack\.json/);
    expect(await openPack(store, join(folder, 'nowhere.zip'))).toBeNull();
    copyFileSync(join(run.folder, 'run.json'), join(folder, 'exported-1'));
    // A file called as a run is.
    expect(await openPack(store, join(folder, 'exported-1'))).toBeNull();
  });

  it('whose recipe was edited is refused, with what a file can be helped by', async () => {
    const members = await membersOf(file);
    const recipe = `${members.get('recipe.resolved.yaml')}# mine\n`;
    const path = join(folderOf(), 'edited.ichor.zip');
    const all = [...members].map(([name, data]) => ({
      name,
      data: name === 'recipe.resolved.yaml' ? Buffer.from(recipe) : data,
    }));
    writeFileSync(path, zipBytes(all));
    await expect(openPack(join(folderOf(), '.ichor'), path)).rejects.toMatchObject({
      code: 'run-recipe-edited',
      exit: 2,
      message: expect.stringContaining(`${path} was edited after it was packed`),
      hint: expect.stringMatching(/^Take the file as it came; .*`ichor runs pack RUN`/),
    });
  });

  it('sends no code along', async () => {
    const made = await trainedStore(folderOf(), []);
    const text = readFileSync(join(made.folder, 'recipe.resolved.yaml'), 'utf8');
    const local = { ...run, folder: made.folder };
    writeFileSync(join(made.folder, 'recipe.resolved.yaml'), text.replace(/^plugins:.*$/m, 'plugins: [./mine.ts]'));
    const target = join(folderOf(), 'x.zip');
    await expect(packRun(local, { target, replace: false, signal })).rejects.toMatchObject({
      code: 'pack-local-plugin',
      message: expect.stringContaining('./mine.ts'),
    });
    expect(existsSync(target)).toBe(false);
  });
});
