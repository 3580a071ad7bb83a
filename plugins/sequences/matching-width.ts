/** Of a bi-lstm: what a network of equal size is made for. */
export interface Matched {
  layers: number;
  cells: number;
}

/** Weights of stacked bidirectional LSTMs over vectors of this width, without the prediction layer (facts 1.2, 5.1). */
export function biLstmWeights(width: number, { layers, cells }: Matched): number {
  const direction = (from: number) => (from + cells) * 4 * cells + 4 * cells;
  return 2 * direction(width) + (layers - 1) * 2 * direction(2 * cells);
}

/** Weights of dense layers of these widths, one on the other. */
export function denseWeights(width: number, widths: readonly number[]): number {
  let [weights, from] = [0, width];
  for (const to of widths) {
    weights += (from + 1) * to;
    from = to;
  }
  return weights;
}

/**
 * Widths of dense layers with as many weights as the bi-lstm, to within 1 %: its layers and one more, the last as wide as
 * its output, so that the prediction layers are the same. The others are of one width but for the last of them, whose width
 * takes up what is left over.
 */
export function matchingWidths(width: number, matched: Matched): number[] {
  const target = biLstmWeights(width, matched);
  const last = 2 * matched.cells;
  const widths = (hidden: number, filling: number) => [
    ...new Array<number>(matched.layers).fill(hidden),
    filling,
    last,
  ];
  let hidden = 1;
  while (denseWeights(width, widths(hidden + 1, hidden + 1)) <= target) hidden++;
  // From one width for all of them downwards: the nearer the last one is to the others, the better.
  for (let each = hidden; each >= 1; each--) {
    const left = target - denseWeights(width, new Array<number>(matched.layers).fill(each)) - last;
    const filling = Math.max(1, Math.round(left / (each + 1 + last)));
    const found = widths(each, filling);
    if (Math.abs(denseWeights(width, found) / target - 1) <= 0.01) return found;
  }
  return widths(hidden, hidden);
}
