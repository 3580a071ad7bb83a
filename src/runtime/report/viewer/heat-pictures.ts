import { LABELS } from '../../../labels.ts';
import type { HeatMaps } from '../../artifacts/heat-maps.ts';
import { heatColour } from './heat-colour.ts';

/**
 * The maps of some slices as small PNGs, a pixel a cell: `of` has one a label for each slice, null where nothing speaks for the label.
 * Of each label all slices have one scale, so that what glows in one slice is more than what glows less in another.
 */
export async function heatPictures(
  maps: HeatMaps,
  slices: readonly string[],
): Promise<{ highest: number[]; of: Map<string, (string | null)[]> }> {
  const { default: sharp } = await import('sharp');
  const { height, width } = maps;
  const highest = LABELS.map((_, label) =>
    slices.reduce((most, slice) => Math.max(most, ...cellsOf(maps.of.get(slice), label)), 0),
  );
  const of = new Map<string, (string | null)[]>();
  for (const slice of slices) {
    const map = maps.of.get(slice);
    of.set(
      slice,
      await Promise.all(
        LABELS.map(async (_, label) => {
          const cells = cellsOf(map, label);
          const most = highest[label] as number;
          if (most === 0 || cells.every((value) => value === 0)) return null;
          const pixels = Buffer.from(cells.flatMap((value) => heatColour(value / most)));
          const png = await sharp(pixels, { raw: { width, height, channels: 4 } })
            .png({ compressionLevel: 9 })
            .toBuffer();
          return `data:image/png;base64,${png.toString('base64')}`;
        }),
      ),
    );
  }
  return { highest, of };
}

const cellsOf = (map: Float32Array | undefined, label: number): number[] =>
  map === undefined ? [] : Array.from(map).filter((_, at) => at % LABELS.length === label);
