// Index and shards of the RSNA sample beside a script of pydicom, NumPy and OpenCV, in turn.
import { join } from 'node:path';
import { withStore } from '../engine/command.mjs';
import { summary, verdict } from '../engine/statistics.mjs';
import { timesText } from '../engine/table.mjs';
import { measured, peer } from './measured.mjs';
import { sharedSample } from './shared.mjs';

const SIZE = 224;

export async function timeSample({ rows }, { rounds, peers, say }) {
  const root = sharedSample();
  if (root === null)
    return { rows: [{ what: rows.cpu.what, note: 'the sample of RSNA’s data is not there (ICHOR_SHARED)' }] };
  const recipe = ['recipes/rsna-sample.yaml', '--set', `data.source.root=${root}`];
  const picture = ['--set', `data.image.size=${SIZE}`, '--set', 'data.image.interpolation=linear'];
  const ours = { cpu: [], wall: [], start: [], startWall: [], peakBytes: [] };
  const theirs = { cpu: [], wall: [] };
  let versions = {};
  for (let round = 1; round <= rounds; round++) {
    await withStore(async (store) => {
      const start = await measured(['check', ...recipe, ...picture], store);
      const args = ['run', ...recipe, ...picture, '--until', 'shards', '--quiet'];
      const run = await measured([...args, '--store', join(store, 'store')], store);
      ours.cpu.push(run.cpu - start.cpu);
      ours.wall.push(run.wall - start.wall);
      ours.peakBytes.push(run.peakBytes);
    });
    if (peers.python) {
      const run = await peer(peers.python, ['sample', root, String(SIZE), '2']);
      theirs.cpu.push(run.cpu);
      theirs.wall.push(run.wall);
      versions = run.versions;
    }
    say(
      `round ${round} of ${rounds}: ${ours.cpu.at(-1).toFixed(2)} s of processors${peers.python ? `, peer ${theirs.cpu.at(-1).toFixed(2)} s` : ''}`,
    );
  }
  const row = (of, { what, bar }, figure) => ({
    what,
    ours: timesText(summary(ours[of]), 's'),
    ...(theirs[of].length > 0
      ? {
          peer: timesText(summary(theirs[of]), 's'),
          figure: figure(summary(ours[of]).median, summary(theirs[of]).median),
        }
      : { note: peers.absent ?? '' }),
    bar,
  });
  const made = [
    row('cpu', rows.cpu, (own, other) => own / other),
    row('wall', rows.wall, (own, other) => other / own),
  ].map((one) => (one.figure === undefined ? one : { ...one, verdict: verdict(one.figure, one.bar) }));
  return { rows: made, versions, raw: { ours, theirs } };
}
