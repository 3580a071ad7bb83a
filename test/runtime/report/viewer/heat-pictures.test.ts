import sharp from 'sharp';
import { expect, it } from 'vitest';
import { heatColour } from '../../../../src/runtime/report/viewer/heat-colour.ts';
import { heatPictures } from '../../../../src/runtime/report/viewer/heat-pictures.ts';

it('a colour covers more the higher it is, and nothing at nought', () => {
  const covers = [0, 0.1, 0.5, 0.9, 1].map((share) => heatColour(share)[3]);
  expect(covers[0]).toBe(0);
  expect([...covers].sort((a, b) => a - b)).toEqual(covers);
  expect(heatColour(2)).toEqual(heatColour(1));
  expect(heatColour(-1)).toEqual(heatColour(0));
});

it('the maps of a series have one scale a label; where nothing speaks for one there is no picture', async () => {
  // Two slices of 1 x 2 cells, labels side by side: of label 0 the second slice has twice the first one's highest, of label 1 nothing.
  const first = Float32Array.of(1, 0, 0, 0, 0, 3, 0.5, 0, 0, 0, 0, 0);
  const second = Float32Array.of(0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0);
  const maps = {
    height: 1,
    width: 2,
    of: new Map([
      ['a', first],
      ['b', second],
    ]),
  };
  const { highest, of } = await heatPictures(maps, ['a', 'b', 'without pixels']);
  expect(highest).toEqual([2, 0, 0, 0, 0, 3]);
  const pixels = async (url: string) =>
    Array.from(
      await sharp(Buffer.from(url.split(',')[1] as string, 'base64'))
        .raw()
        .toBuffer(),
    );
  const [ofA, ofB] = [of.get('a') ?? [], of.get('b') ?? []];
  expect(await pixels(ofA[0] as string)).toEqual([...heatColour(0.5), ...heatColour(0.25)]);
  expect((await pixels(ofB[0] as string)).slice(4)).toEqual([...heatColour(1)]);
  expect([ofA[1], ofB[5]]).toEqual([null, null]);
  expect(of.get('without pixels')).toEqual([null, null, null, null, null, null]);
});
