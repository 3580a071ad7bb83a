import { expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { inRanges } from './in-ranges.ts';

const { folder, on, filesOf } = inRanges();

it('run --on ends where --until says', async () => {
  const { status, err } = await ichor(on('until', 'run', 'one.yaml', '--until', 'shards', '--quiet'), { cwd: folder });
  expect(status, err).toBe(0);
  expect(Object.keys(await filesOf('until')).map((name) => name.split(' ')[0])).toEqual(['index', 'shards', 'source']);
  const none = await ichor(on('until', 'run', 'one.yaml', '--until', 'shard'), { cwd: folder });
  expect(none.status).toBe(2);
  expect(none.err).toContain('error[unknown-stage]: This recipe has no stage `shard`.');
  const alone = await ichor(['run', 'one.yaml', '--jobs', '2'], { cwd: folder });
  expect(alone.status).toBe(2);
  expect(alone.err).toContain('error[wrong-call]: --jobs says how many jobs of an executor run at once');
}, 60_000);
