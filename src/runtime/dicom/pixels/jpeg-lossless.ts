import { JpegBits } from './jpeg-bits.ts';
import type { JpegScan, JpegState } from './jpeg-state.ts';
import { Undecodable } from './undecodable.ts';

/** Lossless JPEG, ISO/IEC 10918-1 annex H: values into `picture`. Returns where the data end. */
export function decodeLossless(
  state: JpegState,
  { at, dc, first: predictor, low: shift }: JpegScan,
  picture: Int32Array,
): number {
  const { rows, columns, precision, restart } = state;
  const table = state.dc[dc];
  if (table === undefined) throw new Undecodable('lack a Huffman table (JPEG)');
  if (predictor < 1 || predictor > 7 || shift >= precision) throw new Undecodable('have an unknown predictor (JPEG)');
  if (restart % columns !== 0) throw new Undecodable('restart within a row (JPEG)');
  const bits = new JpegBits(state.bytes, at);
  const rowsPerRestart = restart / columns;
  const start = 2 ** (precision - shift - 1);
  for (let y = 0, i = 0; y < rows; y++) {
    const fresh = y === 0 || (rowsPerRestart > 0 && y % rowsPerRestart === 0);
    if (fresh && y > 0) bits.restart((y / rowsPerRestart - 1) & 7);
    for (let x = 0; x < columns; x++, i++) {
      const left = x > 0 ? (picture[i - 1] as number) : 0;
      let predicted: number;
      if (fresh) predicted = x === 0 ? start : left;
      else {
        const above = picture[i - columns] as number;
        if (x === 0) predicted = above;
        else if (predictor === 1) predicted = left;
        else predicted = predict(predictor, left, above, picture[i - columns - 1] as number);
      }
      const category = bits.symbol(table);
      if (category > 16) throw new Undecodable('hold a difference that is none (JPEG)');
      picture[i] = (predicted + (category === 16 ? 32768 : bits.signed(category))) & 0xffff;
    }
    bits.check();
  }
  bits.finish();
  const most = 2 ** (precision - shift);
  for (let i = 0; i < picture.length; i++) {
    if ((picture[i] as number) >= most) throw new Undecodable('hold values of more bits than they say (JPEG)');
    picture[i] = (picture[i] as number) << shift;
  }
  return bits.at;
}

function predict(predictor: number, left: number, above: number, corner: number): number {
  switch (predictor) {
    case 2:
      return above;
    case 3:
      return corner;
    case 4:
      return left + above - corner;
    case 5:
      return left + ((above - corner) >> 1);
    case 6:
      return above + ((left - corner) >> 1);
    default:
      return (left + above) >> 1;
  }
}
