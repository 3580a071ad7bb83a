/** An axis that holds all values, with about `count` round ticks: 1, 2 or 5 times a power of ten apart. */
export function niceTicks(
  values: readonly number[],
  count: number,
): { from: number; to: number; ticks: readonly number[] } {
  const known = values.filter(Number.isFinite);
  const [least, above] = [Math.min(0, ...known), Math.max(0, ...known)];
  // Nothing but nought: an axis all the same.
  const most = above === least ? least + 1 : above;
  const room = most - least;
  const rough = room / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const [from, to] = [least - room * 0.04, most + room * 0.04];
  const first = Math.ceil(from / step);
  const ticks = Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) => (first + i) * step);
  return { from, to, ticks: ticks.map((tick) => (tick === 0 ? 0 : Number(tick.toPrecision(12)))) };
}
