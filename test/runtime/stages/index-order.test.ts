import { describe, expect, it } from 'vitest';
import { head, idOf, indexOf, upwards } from './index-of.ts';
import type { FolderSlice } from './kaggle-folder.ts';

const AXIAL = [1, 0, 0, 0, 1, 0];
const scout = (name: string, id: string, orientation: readonly number[] = [0, 1, 0, 0, 0, -1]): FolderSlice => ({
  ...head(name, 1)[0]!,
  id,
  orientation,
  position: [0, -100, 200],
});
/** Rotated about the patient's left-right axis, as a gantry tilts. */
const tilted = (degrees: number): number[] => {
  const angle = (degrees * Math.PI) / 180;
  return [1, 0, 0, 0, Math.cos(angle), Math.sin(angle)];
};

describe('index: the order of a series', () => {
  it.each([
    ['first', 'ID_00'],
    ['last', 'ID_zz'],
  ])('does not turn with a scout whose id comes %s: it is left out, with its label rows', async (_, id) => {
    const { order, leftOut, ledger, files } = await indexOf([...head('a', 6), scout('a', id)]);
    expect(order()).toEqual(upwards('a', 6));
    expect(leftOut).toEqual([`other-plane: stage_2_train/${id}.dcm`]);
    expect(files).toMatchObject({ found: 7, used: 6 });
    const rows = ledger.leftOut.filter(({ what }) => what === 'label-row');
    expect(rows).toMatchObject([{ item: id, reason: 'other-plane', count: 6 }]);
    expect(rows[0]?.message).toContain('90 degrees');
  });

  it('bears two scouts of different planes, and more scouts than a third', async () => {
    const scouts = [scout('a', 'ID_01'), scout('a', 'ID_02', [1, 0, 0, 0, 0, -1])];
    const { order, leftOut } = await indexOf([...scouts, ...head('a', 3)]);
    expect(order()).toEqual(upwards('a', 3));
    expect(leftOut).toHaveLength(2);
  });

  it.each([
    ['rows', [-1, 0, 0, 0, 1, 0], 1],
    ['columns', [1, 0, 0, 0, -1, 0], 1],
    ['rows and columns', [-1, 0, 0, 0, -1, 0], 0],
  ])('does not turn over with flipped %s', async (_, orientation, mirrored) => {
    const { order, rows, note } = await indexOf(head('a', 6, () => ({ orientation })));
    expect(order()).toEqual(upwards('a', 6));
    expect(rows.map(({ positionMm }) => positionMm)).toEqual([0, 5, 10, 15, 20, 25]);
    expect(note('mirrored-series')).toHaveLength(mirrored);
  });

  it('does not turn over where the slice with the first id alone is flipped', async () => {
    const { order, notes } = await indexOf(
      head('a', 6, (i) => ({ orientation: i === 0 ? [-1, 0, 0, 0, 1, 0] : AXIAL })),
    );
    expect(order()).toEqual(upwards('a', 6));
    expect(notes).toEqual(['mirrored-slices: R_a']);
  });

  it('keeps a head in two blocks of other tilt and spacing in one series, ordered by where slices are', async () => {
    // 256 columns and rows of 0.5 mm about the axis: the corner of a tilted slice lies 64 mm in front of it.
    const size = { rows: 4, columns: 4, pixelSpacing: [40, 40] };
    const at = (centre: number, orientation: number[]) => {
      const down = orientation.slice(3).map((part) => part * 60);
      return { ...size, orientation, position: [-60, -down[1]!, centre - down[2]!] };
    };
    const { order, rows, notes, leftOut } = await indexOf(
      head('a', 8, (i) => (i < 4 ? at(3 * i, tilted(-20)) : at(9 + 6 * (i - 3), AXIAL))),
    );
    expect(order()).toEqual(upwards('a', 8));
    expect(new Set(rows.map(({ series }) => series)).size).toBe(1);
    expect(leftOut).toEqual([]);
    expect(notes).toContain('mixed-orientation: R_a');
  });

  it('orders a tilted gantry along its normal, upwards', async () => {
    const orientation = tilted(-22);
    const { order, notes, rows } = await indexOf(
      head('a', 5, (i) => ({ orientation, position: [0, 10 + 2 * i, 4.5 * i] })),
    );
    expect(order()).toEqual(upwards('a', 5));
    expect(notes).toEqual([]);
    expect(rows[1]?.spacingMm).toBeCloseTo(
      4.5 * Math.cos((22 * Math.PI) / 180) + 2 * Math.sin((22 * Math.PI) / 180),
      4,
    );
  });
});

describe('index: order without geometry', () => {
  const nothing = { position: null, orientation: null } as const;

  it('is by z where no slice has an orientation, and of the others where some have', async () => {
    const none = await indexOf(head('a', 6, () => ({ orientation: null })));
    expect(none.order()).toEqual(upwards('a', 6));
    expect(none.note('no-orientation')[0]).toMatchObject({ item: 'R_a', kind: 'warning' });
    const some = await indexOf(head('a', 6, (i) => (i % 2 === 0 ? { orientation: null } : {})));
    expect(some.order()).toEqual(upwards('a', 6));
    expect(some.note('no-orientation')[0]).toMatchObject({ item: 'R_a', kind: 'repair' });
  });

  it('is by SliceLocation, then by InstanceNumber, never by id; and every series says that its direction is not known', async () => {
    const { order, note, rows } = await indexOf([
      ...head('a', 6, (i) => ({ ...nothing, location: 2.5 * i, instance: 60 - i })),
      ...head('b', 6, (i) => ({ ...nothing, instance: i + 1 })),
      ...head('c', 6),
    ]);
    for (const name of ['a', 'b', 'c']) expect(order(`R_${name}`)).toEqual(upwards(name, 6));
    expect(note('direction-unknown').map(({ item, kind }) => [item, kind])).toEqual([
      ['R_a', 'warning'],
      ['R_b', 'warning'],
    ]);
    expect(note('direction-unknown')[0]?.message).toContain('SliceLocation');
    expect(note('direction-unknown')[1]?.message).toContain('InstanceNumber');
    const of = (series: string) => rows.filter((row) => row.series === series);
    expect(of('R_a').map(({ spacingMm, positionMm }) => [spacingMm, positionMm])[1]).toEqual([2.5, null]);
    expect(of('R_b').map(({ spacingMm }) => spacingMm)).toEqual(Array(6).fill(null));
  });

  it('is not by positions that are all the same: an anonymiser put zeros there', async () => {
    const { order, note } = await indexOf(head('a', 6, (i) => ({ position: [0, 0, 0], instance: i })));
    expect(order()).toEqual(upwards('a', 6));
    expect(note('direction-unknown')).toHaveLength(1);
  });

  it('takes numbers where positions are missing on some slices, and the direction of the others', async () => {
    // InstanceNumber counts downwards here.
    const { order, notes, leftOut } = await indexOf(
      head('a', 6, (i) => ({ instance: 9 - i, ...(i === 2 ? { position: null } : {}) })),
    );
    expect(order()).toEqual(upwards('a', 6));
    expect(leftOut).toEqual([]);
    expect(notes).toEqual(['order-by-number: R_a']);
  });

  it('says of pictures that all lie at one place that nothing tells which of them is the slice', async () => {
    const { rows, ledger } = await indexOf([
      ...head('a', 3, (i) => ({ position: [1, 2, 3], instance: 1, words: Array.from({ length: 64 * 64 }, () => i) })),
      ...head('d', 2),
    ]);
    expect(rows).toHaveLength(2);
    expect(ledger.leftOut[0]?.message).toContain('The 3 pictures of the series are different ones of one place');
  });

  it('leaves a slice out that nothing places, also where its number contradicts the positions of the others', async () => {
    const places = [3, 0, 2, 5, 1, 4];
    const scrambled = await indexOf(
      head('a', 6, (i) => ({ instance: places[i]!, ...(i === 2 ? { position: null } : {}) })),
    );
    expect(scrambled.order()).toEqual(upwards('a', 6).filter((_, i) => i !== 2));
    expect(scrambled.leftOut).toEqual([`no-place: stage_2_train/${idOf('a', 2)}.dcm`]);
  });

  it('leaves a series out that has no order at all, and keeps a single slice', async () => {
    const { rows, leftOut, files, ledger } = await indexOf([
      ...head('a', 6, () => nothing),
      ...head('b', 6, () => ({ ...nothing, instance: 1 })),
      ...head('c', 1, () => nothing),
      ...head('d', 2),
    ]);
    expect(rows.map(({ series }) => series)).toEqual(['R_c', 'R_d', 'R_d']);
    expect(leftOut).toEqual(['no-order: R_a', 'no-order: R_b']);
    expect(files).toMatchObject({ found: 15, used: 3 });
    expect(ledger.leftOut[0]?.message).toContain('6 slices');
  });

  it('stops where no series has an order', async () => {
    const slices = head('a', 6, () => nothing);
    await expect(indexOf(slices)).rejects.toMatchObject({
      code: 'source-empty',
      message: expect.stringContaining(
        'None of the 6 files is a CT slice that can be read: of series without any order',
      ),
    });
  });

  it('breaks ties of position by InstanceNumber', async () => {
    // Three times at each of four places, as a perfusion has.
    const slices = [0, 1, 2].flatMap((time) =>
      head('a', 4, (i) => ({ id: `ID_${9 - time}${i}`, instance: 4 * time + i })),
    );
    const { order, note } = await indexOf(slices);
    expect(order()).toEqual([0, 1, 2, 3].flatMap((i) => [9, 8, 7].map((time) => `ID_${time}${i}`)));
    expect(note('same-position')[0]?.message).toContain('ordered by InstanceNumber');
  });
});
