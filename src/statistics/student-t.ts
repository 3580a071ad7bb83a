/**
 * Student's t distribution, by the regularised incomplete beta function. Degrees of freedom are real numbers above 0
 * (Satterthwaite's are no whole ones). Within 1e-10 of scipy 1.x from 0.5 to 1e6 degrees of freedom (a test holds recorded values).
 */

/** P(T <= t) with `df` degrees of freedom. */
export function tCdf(t: number, df: number): number {
  return t < 0 ? tTail(-t, df) : 1 - tTail(t, df);
}

/** P(T > t): as exact far out, where 1 - `tCdf` would be 0, as long as t² is above the degrees of freedom. */
export function tTail(t: number, df: number): number {
  if (t < 0) return 1 - tTail(-t, df);
  if (t === Number.POSITIVE_INFINITY) return 0;
  // Of the two forms of the same area the one whose argument does not lose its digits against 1.
  const square = t * t;
  return square > df
    ? incompleteBeta(df / (df + square), df / 2, 0.5) / 2
    : 0.5 - incompleteBeta(square / (df + square), 0.5, df / 2) / 2;
}

/** The t that P(T <= t) is `p` at, 0 < p < 1. */
export function tQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? Number.NEGATIVE_INFINITY : p === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (p < 0.5) return -upper(p, df);
  return p === 0.5 ? 0 : upper(1 - p, df);
}

/** The t above 0 that P(T > t) is `tail` at: between bounds that hold it, halved in the logarithm until they meet. */
function upper(tail: number, df: number): number {
  let [low, high] = [0, 1];
  while (tTail(high, df) > tail) [low, high] = [high, high * 2];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (tTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b), by Lentz's continued fraction (Abramowitz & Stegun 26.5.8), on the side where it converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  const least = 1e-300;
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1), least);
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d, least);
    c = awayFromZero(1 + even / c, least);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d, least);
    c = awayFromZero(1 + odd / c, least);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return front * fraction;
}

const awayFromZero = (value: number, least: number): number => (Math.abs(value) < least ? least : value);

/** For large a the two gammas that nearly cancel are taken as their ratio (Abramowitz & Stegun 6.1.47). */
function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < 1e3) return logGamma(small) + logGamma(large) - logGamma(small + large);
  const ratio = (large - 0.5) * Math.log1p(small / large) + small * Math.log(large + small) - small;
  return logGamma(small) - ratio + stirling(large) - stirling(large + small);
}

/** What Stirling's formula leaves: log Gamma(z) = (z - 1/2) log z - z + log(2 pi)/2 + this. */
const stirling = (z: number): number => 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5);

/** Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients): within 1e-14. */
function logGamma(z: number): number {
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z - 1 + i);
  const t = z + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
