// What is made of times: nothing here measures anything.

/** The middle one; the mean of the two middle ones of an even number. */
export function median(values) {
  if (values.length === 0) throw new Error('a median of nothing was asked for');
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** `spread`: from least to most, as a share of the median. */
export function summary(values) {
  const middle = median(values);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return { count: values.length, median: middle, least, most, spread: (most - least) / middle };
}

/**
 * How often one goes into the time of the other: over all steps, and round by round, as each pair was timed side by side.
 * @param ours @param theirs milliseconds of steps, a list for each round.
 */
export function ratioOf(ours, theirs) {
  const rounds = ours.map((times, round) => median(theirs[round]) / median(times));
  return { ratio: median(theirs.flat()) / median(ours.flat()), rounds: summary(rounds) };
}

/** How near to its bar a ratio says nothing. */
const NOISE = 0.05;

/**
 * @param bar `{ must, aim, atMost, exact }`; null: none. `atMost`: smaller is better. `exact`: no ratio of times, so that
 *   nothing is allowed for noise.
 */
export function verdict(figure, bar) {
  if (bar === null) return 'no bar';
  const { must, aim, atMost = false, exact = false } = bar;
  const noise = exact ? 0 : NOISE;
  const place = (limit) => {
    const over = atMost ? limit / figure : figure / limit;
    if (exact) return over >= 1 ? 'beyond' : 'short';
    if (over > 1 + noise) return 'beyond';
    return over < 1 - noise ? 'short' : 'at';
  };
  if (aim !== undefined && place(aim) === 'beyond') return 'aim reached';
  if (aim !== undefined && place(aim) === 'at') return 'at its aim, within noise';
  if (place(must) === 'beyond') return 'must reached';
  return place(must) === 'at' ? 'at its must, within noise' : 'MISSED';
}

/** GFLOP/s of steps: two for each multiply-add, three times the forward pass in training. */
export function gflops({ multiplyAdds, batch, training }, milliseconds) {
  return (2 * multiplyAdds * batch * (training ? 3 : 1)) / milliseconds / 1e6;
}
