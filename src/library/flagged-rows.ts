import { LABELS, type Label } from '../labels.ts';
import type { Side } from '../registry/kinds/split.ts';
import { flaggedCells } from '../runtime/artifacts/flagged.ts';
import { marksOfCell } from '../runtime/artifacts/marks.ts';
import { doubtsOfCell } from '../runtime/artifacts/series.ts';
import { byLabel } from './by-label.ts';
import type { FlaggedSlice } from './run-types.ts';

/** `flagged.csv` of a folder, row by row. */
export async function* flaggedOf(folder: string): AsyncGenerator<FlaggedSlice> {
  for await (const cells of flaggedCells(folder)) {
    const text = (column: string): string => cells[column] ?? '';
    const { path } = cells;
    yield {
      slice: text('slice'),
      series: text('series'),
      study: text('study'),
      patient: text('patient'),
      side: text('side') as Side,
      how: text('how') as FlaggedSlice['how'],
      place: Number(text('place')),
      slices: Number(text('slices')),
      positionMm: text('position_mm') === '' ? null : Number(text('position_mm')),
      above: text('above').split(';') as Label[],
      probabilities: byLabel(LABELS.map((label) => Number(text(label)))),
      marks: marksOfCell(text('marks')),
      doubts: doubtsOfCell(text('doubtful')),
      ...(path === undefined ? {} : { path }),
    };
  }
}
