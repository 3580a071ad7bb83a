const PLASTIC = 190;
const AIR = -950;

/** The head rest: a thin arc under the head, fixed to the scanner, one of three forms. Painted only where there is air. */
export function paintTable(hu: Float32Array, size: number, spacing: number, number: number): void {
  const form = [
    { radius: 106, from: 0.25, wall: 3.6 },
    { radius: 112, from: -0.15, wall: 3 },
    { radius: 109, from: 0.5, wall: 5 },
  ][number % 3]!;
  const middle = (size - 1) / 2;
  for (let r = Math.floor(middle + (form.from * form.radius) / spacing); r < size; r++) {
    const y = (r - middle) * spacing - 4;
    for (let c = 0; c < size; c++) {
      const x = (c - middle) * spacing;
      const radius = Math.sqrt(x * x + y * y);
      const off = Math.abs(radius - form.radius) - form.wall / 2;
      const share = 0.5 - off / spacing;
      const pixel = r * size + c;
      if (share > 0 && hu[pixel]! < AIR) hu[pixel] = hu[pixel]! + Math.min(1, share) * (PLASTIC - hu[pixel]!);
    }
  }
}
