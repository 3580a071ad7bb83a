// The first look at many files, the next one, and what a file costs of 10,000 and of 100,000.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdict } from '../engine/statistics.mjs';
import { number } from '../engine/table.mjs';
import { slice } from './made-up.mjs';
import { measured } from './measured.mjs';

/** Slices of a series, series of a folder: no folder becomes unwieldy. */
const SERIES = 40;

async function write(root, files) {
  for (let series = 0; series * SERIES < files; series++) {
    const folder = join(root, `p${Math.floor(series / 50)}`, `s${series}`);
    await mkdir(folder, { recursive: true });
    const names = Array.from({ length: Math.min(SERIES, files - series * SERIES) }, (_, i) => i);
    await Promise.all(names.map((i) => writeFile(join(folder, `${i}.dcm`), slice(series, i))));
  }
}

export async function timeMany({ few, many, rows }, { say }) {
  const top = await mkdtemp(join(tmpdir(), 'ichor-bench-many-'));
  try {
    const found = {};
    for (const files of [few, many]) {
      const root = join(top, String(files));
      await write(root, files);
      const recipe = ['recipes/rsna-sample.yaml', '--set', `data.source={ type: folder, root: ${root} }`];
      const store = ['--store', join(top, `store-${files}`)];
      const run = () => measured(['run', ...recipe, '--until', 'index', '--quiet', ...store], top);
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
