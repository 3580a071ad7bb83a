/** Stops of the ramp, dark red over orange to pale yellow, and how much of the picture it covers (0 to 1). */
const STOPS: readonly (readonly [red: number, green: number, blue: number, cover: number])[] = [
  [120, 0, 30, 0],
  [200, 30, 20, 0.25],
  [250, 130, 0, 0.4],
  [255, 240, 150, 0.5],
];

/** A share of the highest value, 0 to 1, as red, green, blue and opacity of 0 to 255. Nothing where it is 0. */
export function heatColour(share: number): readonly [number, number, number, number] {
  const place = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1);
  const at = Math.min(Math.floor(place), STOPS.length - 2);
  const [from, to] = [STOPS[at] as (typeof STOPS)[number], STOPS[at + 1] as (typeof STOPS)[number]];
  const mix = (i: 0 | 1 | 2 | 3) => from[i] + (to[i] - from[i]) * (place - at);
  return [Math.round(mix(0)), Math.round(mix(1)), Math.round(mix(2)), Math.round(mix(3) * 255)];
}
