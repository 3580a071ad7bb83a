import type { Head } from './head.ts';
import type { Row } from './row.ts';
import { clamp } from './vector.ts';

const AIR = -1000;
const FAT = -75;
const MUSCLE = 48;

/** Face and neck, with their flesh, begin under this height, mm. */
const VAULT = -5;
/** Most flesh over the bone, mm. */
const FLESH = 25;

/** How far the skin may lie from the inner table at a height and above it, mm. */
export const skinReach = (head: Head, z: number): number =>
  1.6 * head.bone + 1.25 * head.scalp + (z > VAULT ? 2 : FLESH);

/** The front of the face, where there is no vault: what lies there is the base's. 0..1 */
export const faceShare = (y: number, z: number): number => clamp((-z - 27) / 5) * clamp((-y - 48) / 6);

/** Air, skin, fat, muscle and bone, outside in. */
export function paintShell(row: Row, head: Head): void {
  const { wanted, noise, under, within, value } = row;
  const [rough, grain] = noise;
  const vault = skinReach(head, 0);
  const face = skinReach(head, 2 * VAULT);
  for (let i = row.from; i <= row.to; i++) {
    value[i] = AIR;
    wanted[i] = within[i]! < 1 && under[i]! > (row.z[i]! > VAULT ? -vault : -face) ? 1 : 0;
  }
  head.texture.along(row, wanted, 34, rough);
  if (row.z[row.from]! < 0 || row.z[row.to]! < 0) head.texture.along(row, wanted, 9, grain);
  for (let i = row.from; i <= row.to; i++) {
    if (wanted[i] === 0) continue;
    const u = row.x[i]! / head.half.x;
    const v = row.y[i]! / head.half.y;
    const deep = under[i]!;
    const edge = row.edge[i]!;
    const bone = head.bone * (1 + 0.3 * rough[i]!) + (v > 0.9 ? 3 * head.bone * (v - 0.9) : 0);
    // Temples, face and neck carry muscle over the bone.
    const low = clamp((-row.z[i]! - 5) / 30);
    const temples = (1 - v * v) * 10 * clamp(Math.abs(u) * 2 - 0.8);
    const flesh = low * (temples + (v < 0 ? v * v * 14 : v * 4));
    const scalp = head.scalp * (1 - 0.25 * rough[i]!) + flesh;
    const skin = clamp(0.5 + (deep + bone + scalp) * edge);
    if (skin === 0) continue;
    const lean =
      clamp(0.5 + (deep + bone + flesh * 0.8) * 0.6) * (flesh > 0 ? clamp(0.9 + grain[i]! * 0.8) * clamp(flesh) : 0);
    // A thin skin, denser than the fat beneath.
    const surface = clamp(1 - Math.abs(deep + bone + scalp - 1.2) / 1.6);
    const soft = AIR + skin * (FAT + lean * (MUSCLE - FAT) + 90 * surface - AIR);
    const shell = clamp(0.5 + (deep + bone) * edge);
    // Two hard tables with softer marrow between them.
    const middle = clamp(1 - Math.abs(deep + bone / 2) / (bone * 0.32));
    const hard = 1350 - 650 * middle + 120 * rough[i]!;
    value[i] = soft + shell * (1 - faceShare(row.y[i]!, row.z[i]!)) * (hard - soft);
  }
}
