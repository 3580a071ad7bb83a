/** Logistic regression by Newton's method, with a small ridge so that a feature without information does no harm. */
export function fitLogistic(rows: readonly (readonly number[])[], truths: readonly number[], ridge = 1): number[] {
  const width = (rows[0]?.length ?? 0) + 1;
  let weights = new Array<number>(width).fill(0);
  for (let round = 0; round < 10; round++) {
    const gradient = new Float64Array(width);
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    rows.forEach((row, n) => {
      const p = probability(row, weights);
      const curve = p * (1 - p);
      for (let i = 0; i < width; i++) {
        const x = i === 0 ? 1 : row[i - 1]!;
        if (x === 0) continue;
        gradient[i]! += x * (truths[n]! - p);
        for (let j = 0; j <= i; j++) hessian[i]![j]! += curve * x * (j === 0 ? 1 : row[j - 1]!);
      }
    });
    for (let i = 0; i < width; i++) {
      for (let j = i + 1; j < width; j++) hessian[i]![j] = hessian[j]![i]!;
      hessian[i]![i]! += i === 0 ? 1e-6 : ridge;
      if (i > 0) gradient[i]! -= ridge * weights[i]!;
    }
    const step = solve(hessian, gradient);
    weights = weights.map((weight, i) => weight + step[i]!);
    if (Math.max(...step.map(Math.abs)) < 1e-4) break;
  }
  return weights;
}

export function probability(row: readonly number[], weights: readonly number[]): number {
  const logit = row.reduce((sum, x, i) => sum + x * weights[i + 1]!, weights[0]!);
  return Math.min(1 - 1e-12, Math.max(1e-12, 1 / (1 + Math.exp(-logit))));
}

export const logLoss = (truth: number, p: number): number => -Math.log(truth === 1 ? p : 1 - p);

/** Gauss with pivots. */
function solve(matrix: readonly Float64Array[], right: Float64Array): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let c = 0; c < size; c++) {
    let best = c;
    for (let r = c + 1; r < size; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[best]![c]!)) best = r;
    [rows[c], rows[best]] = [rows[best]!, rows[c]!];
    for (let r = c + 1; r < size; r++) {
      const factor = rows[r]![c]! / rows[c]![c]!;
      if (factor !== 0) for (let k = c; k <= size; k++) rows[r]![k]! -= factor * rows[c]![k]!;
    }
  }
  const found = new Array<number>(size).fill(0);
  for (let r = size - 1; r >= 0; r--) {
    let sum = rows[r]![size]!;
    for (let k = r + 1; k < size; k++) sum -= rows[r]![k]! * found[k]!;
    found[r] = sum / rows[r]![r]!;
  }
  return found;
}
