import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEngine } from '../../src/runtime/engine/install/find.ts';
import { cpuInfo, isaOf, keepToBaseline } from '../../src/runtime/machine.ts';
import { ichor } from '../cli.ts';

const RECIPE = `recipe: 1
name: classes
data:
  source: { type: phantom, studies: 10, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 1, blocks: 2 }
sequence: none
train: { backbone: { epochs: 1 } }
`;

it.each([
  ['sse', 'sse4_1 avx avx2 fma avx512_vnni', 'sse'],
  ['avx2', 'sse4_1 avx avx2 fma avx512f avx512bw avx512vl avx512dq', 'avx2'],
  [
    'avx512',
    'sse4_1 avx avx2 fma avx512f avx512bw avx512vl avx512dq avx512_vnni avx512_bf16 amx_tile amx_int8 amx_bf16',
    'avx512',
  ],
  // What a node has not got it is not given.
  ['avx2', 'sse4_1 avx', 'avx'],
] as const)('%s on a processor with %s is %s', (baseline, flags, isa) => {
  const env: NodeJS.ProcessEnv = {};
  keepToBaseline(baseline, env);
  expect(isaOf(`flags : ${flags}\n`, env)).toBe(isa);
  // On some processors TensorFlow takes oneDNN's kernels by itself, on others not.
  expect(env.TF_ENABLE_ONEDNN_OPTS).toBe('1');
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-baseline-'));
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'classes.yaml'), RECIPE);
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

/** Trains on jobs that are kept to a class; says what the machine is recorded as, what oneDNN says of it, and the weights. */
async function trained(store: string, cpuBaseline: string | null) {
  await writeFile(join(folder, 'on.yaml'), `executor: { cpuBaseline: ${cpuBaseline}, cpusPerTask: 2 }\n`);
  const at = ['--engine', 'native', '--until', 'backbone', '--store', join(folder, store), '--quiet'];
  const words = ['run', 'classes.yaml', ...at, '--on', 'local', '--on-config', 'on.yaml'];
  const { status, err } = await ichor(words, { cwd: folder, env: { ONEDNN_VERBOSE: '1' } });
  const logs = await readdir(join(folder, store, 'jobs', 'run-classes', 'logs'));
  const log = await readFile(join(folder, store, 'jobs', 'run-classes', 'logs', logs[0] as string), 'utf8');
  const [key = ''] = await readdir(join(folder, store, 'store', 'backbone')).catch(() => []);
  const made = join(folder, store, 'store', 'backbone', key);
  return {
    status,
    err,
    machine: key === '' ? null : JSON.parse(await readFile(join(made, 'manifest.json'), 'utf8')).machine,
    says: /onednn_verbose,info,cpu,isa:(.*)/.exec(log)?.[1] ?? null,
    kernels: new Set(log.match(/(?<=primitive,exec,cpu,convolution,)[^,]+/g)),
    weights: key === '' ? null : (await readFile(join(made, 'weights.safetensors'))).toString('base64'),
  };
}

const native = await findEngine();
const own = isaOf(cpuInfo());
describe.skipIf(native === null || !['avx2', 'avx512', 'amx'].includes(own))('jobs that are kept to a class', () => {
  it('compute with it, say so, and give its bytes', async () => {
    const sse = await trained('sse', 'sse');
    expect(sse, sse.err).toMatchObject({ status: 0, machine: { threads: 2, isa: 'sse' }, says: 'Intel SSE4.1' });
    const avx2 = await trained('avx2', 'avx2');
    expect(avx2, avx2.err).toMatchObject({ status: 0, machine: { threads: 2, isa: 'avx2' }, says: 'Intel AVX2' });
    const names = ({ kernels }: typeof sse) => [...kernels].join(' ');
    expect(names(avx2)).toMatch(/avx2/);
    expect(names(sse)).not.toMatch(/avx/);
    expect(names(sse)).not.toBe('');
    expect(sse.weights).not.toBe(avx2.weights);
    expect((await trained('again', 'avx2')).weights).toBe(avx2.weights);
  }, 120_000);

  it.skipIf(own !== 'avx2')(
    'end at once where a machine has not got it',
    async () => {
      const { status, err, machine } = await trained('none', 'avx512');
      expect(status).toBe(1);
      expect(err).toContain(
        'error[node-differs]: All jobs are kept to avx512 (cpuBaseline), and this machine has avx2.',
      );
      expect(machine).toBeNull();
    },
    60_000,
  );
});
