import { IchorError } from '../../errors.ts';
import type { SplitRow } from '../artifacts/split.ts';
import type { Member } from './member.ts';

/**
 * Throws (exit 2) where these runs are no ensemble: fewer than two, one of them twice, other slices or labels, or sides
 * that differ, so that one run would validate on what another trained on.
 */
export function assertTogether(members: readonly Member[]): void {
  const [first, ...others] = members;
  if (first === undefined || others.length === 0) {
    throw new IchorError(
      'ensemble-of-one',
      'An ensemble takes two runs at least.',
      'Name the runs: ichor ensemble RUN RUN. `ichor runs list` shows them.',
      2,
    );
  }
  members.forEach((member, i) => {
    const before = members.slice(0, i).find((one) => one.predict.key === member.predict.key);
    if (before === undefined) return;
    if (before.folder === member.folder) throw repeats(`Run ${member.name} is named twice: it would count double.`);
    const calibrated = before.averaged.key !== member.averaged.key;
    throw repeats(
      calibrated
        ? `Run ${member.name} has the networks of ${before.name}, and differs by its calibration alone: they would count double.`
        : `Run ${member.name} has the predictions of run ${before.name}: it would count double.`,
    );
  });
  assertCountedOnce(members);
  for (const other of others) {
    assertSameSlices(first, other);
    assertSameSides(first, other);
  }
}

const repeats = (message: string) =>
  new IchorError('ensemble-repeats', message, 'Name each run once; runs of one recipe differ by their seed.', 2);

/** An ensemble beside one of its members, or beside another ensemble with the same one. */
function assertCountedOnce(members: readonly Member[]): void {
  members.forEach((member, i) => {
    for (const before of members.slice(0, i)) {
      const shared = [...member.counts].find(([key]) => before.counts.has(key));
      if (shared === undefined) continue;
      throw repeats(`Run ${shared[1]} counts in ${before.name} and in ${member.name}: it would count double.`);
    }
  });
}

function assertSameSlices(one: Member, other: Member): void {
  const differs = (message: string) =>
    new IchorError(
      'ensemble-slices',
      message,
      'Average runs over the same data: data.source, data.seed and data.limit have to agree.',
      2,
    );
  for (const [left, right] of [
    [one, other],
    [other, one],
  ] as const) {
    const known = new Set(right.index.map(({ slice }) => slice));
    const alone = left.index.filter(({ slice }) => !known.has(slice));
    if (alone.length > 0)
      throw differs(
        `Run ${left.name} has ${alone.length.toLocaleString('en-GB')} slices that ${right.name} has not, the first is ${alone[0]!.slice}.`,
      );
  }
  const at = one.index.findIndex(
    ({ slice, labels }, i) =>
      slice !== other.index[i]!.slice || JSON.stringify(labels) !== JSON.stringify(other.index[i]!.labels),
  );
  if (at >= 0)
    throw differs(
      `Runs ${one.name} and ${other.name} differ at slice ${one.index[at]!.slice}: in its place, or in its labels.`,
    );
}

/** Of both networks: a sequence model has seen what its backbone was trained on. */
function assertSameSides(one: Member, other: Member): void {
  const sides = (row: SplitRow | undefined) => (row === undefined ? 'none' : `${row.backbone} ${row.sequence}`);
  const differing = one.index.filter((_, i) => sides(one.split?.[i]) !== sides(other.split?.[i]));
  const rows = one.rows.filter(({ side }, i) => side !== other.rows[i]!.side);
  const slice = differing[0]?.slice ?? rows[0]?.slice;
  if (slice === undefined) return;
  const count = Math.max(differing.length, rows.length).toLocaleString('en-GB');
  throw new IchorError(
    'ensemble-leak',
    `Runs ${one.name} and ${other.name} were split otherwise: ${count} slices are on different sides, the first is ${slice}. The average would validate on slices that one of them trained on.`,
    one.recipe.data.split.fold === other.recipe.data.split.fold
      ? 'Average runs with the same data.split and data.seed (and sequence.split): `seed` alone may differ.'
      : 'Average runs of one fold: `seed` alone may differ. What folds predicted of their own patients is put together by a table with folds.',
    2,
  );
}
