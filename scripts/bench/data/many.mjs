// The first look at many files, the next one, and what a file costs of 10,000 and of 100,000.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { verdict } from '../engine/statistics.mjs';
import { number } from '../engine/table.mjs';
import { makeFiles } from './made-up.mjs';
import { measured } from './measured.mjs';

/** A clock of a file system may be as coarse as two seconds: until then a file is read again. */
const SETTLED_MS = 2500;
const RECIPE = `recipe: 1
name: bench
data: { source: rsna }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
augment: []
backbone: small-cnn
sequence: none
`;

export async function timeMany({ few, many, rows }, { say }) {
  const top = await mkdtemp(join(tmpdir(), 'ichor-bench-many-'));
  try {
    const found = {};
    for (const files of [few, many]) {
      const root = join(top, String(files));
      await makeFiles(root, files);
      await pause(SETTLED_MS);
      const recipe = join(top, 'bench.yaml');
      await writeFile(recipe, RECIPE);
      const args = [
        recipe,
        '--set',
        `data.source.root=${root}`,
        '--until',
        'index',
        '--store',
        join(top, `store-${files}`),
      ];
      const run = () => measured(['run', ...args, '--quiet'], top);
      found[files] = { first: await run(), again: await run() };
      const { first, again } = found[files];
      say(
        `${files} files: ${first.wall.toFixed(1)} s, ${(first.peakBytes / 2 ** 20).toFixed(0)} MB; again ${again.wall.toFixed(1)} s`,
      );
      await rm(root, { recursive: true, force: true });
    }
    const [small, large] = [found[few], found[many]];
    const each = (of, files, value) => of.first[value] / files;
    const figures = {
      first: large.first.wall,
      memory: large.first.peakBytes / 2 ** 20,
      again: large.again.wall,
      time: each(large, many, 'wall') / each(small, few, 'wall'),
      growth: (large.first.peakBytes - small.first.peakBytes) / (many - few) / 1024,
    };
    return {
      rows: Object.entries(rows).map(([of, { what, bar, unit }]) => ({
        what,
        ours: of === 'growth' ? `${number(figures[of])} kB` : '',
        figure: figures[of],
        unit,
        bar: bar ?? null,
        ...(bar ? { verdict: verdict(figures[of], bar) } : {}),
      })),
      raw: found,
    };
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}
