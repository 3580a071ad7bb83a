import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { executorDefaults, loadExecutorConfig } from '../../../src/registry/executor/config.ts';
import { createRegistry } from '../../../src/registry/registry.ts';

const slurm = createRegistry(builtIn).get('executor', 'slurm') ?? expect.fail('there is no slurm');
const load = (text: string) => loadExecutorConfig('/c/slurm.yaml', slurm, async () => ({ text }));
const told = async (text: string) =>
  (await load(text)).diagnostics.map(({ code, line, column, message }) => `${line}:${column} ${code} ${message}`);

describe('a file for --on-config', () => {
  it('states what differs from the defaults; null, and a type that is left out, are the default', async () => {
    const { params, diagnostics } = await load(
      'executor:\n  partition: short\n  memoryGb: null\n  modules: [nodejs/22]\n',
    );
    expect(diagnostics).toEqual([]);
    const { type: _, ...rest } = { type: 'slurm', ...params };
    expect(rest).toEqual({ ...executorDefaults(slurm), partition: 'short', modules: ['nodejs/22'] });
    expect(rest).toMatchObject({ retries: 2, memoryFactor: 1.5, timeFactor: 3, pollSeconds: 15, maxJobs: null });
  });

  it('has each mistake told at its line', async () => {
    expect(await told('executor:\n  type: slurm\n  partitoin: short\n  minutes: 0\n')).toEqual([
      expect.stringMatching(/^3:3 unknown-key .*partitoin/),
      expect.stringMatching(/^4:12 out-of-range .*minutes/),
    ]);
    expect(await told('executor: { type: local }\n')).toEqual([expect.stringMatching(/^1:19 .*executor\.type/)]);
    expect(await told('slurm: {}\n')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^1:1 unknown-key/), expect.stringMatching(/missing-key/)]),
    );
    expect(await told('[1]')).toEqual([expect.stringMatching(/^1:1 not-a-map/)]);
    expect(await told('executor: 3\n')).toEqual([expect.stringMatching(/^1:11 wrong-type/)]);
    expect((await load('executor: { minutes: 0 }\n')).params).toBeNull();
  });
});
