import type { Head } from './head.ts';
import type { Row } from './row.ts';
import { clamp } from './vector.ts';

const AIR = -1000;
const FAT = -75;
const MUSCLE = 48;

/** How far skin may lie from the inner table, mm: on the vault, and where face and neck begin. */
export const SKIN_REACH = { vault: 24, face: 48, faceBelow: -5 };

/** The front of the face, where there is no vault: what lies there is the base's. 0..1 */
export const faceShare = (y: number, z: number): number => clamp((-z - 27) / 5) * clamp((-y - 48) / 6);

/** Air, skin, fat, muscle and bone, outside in. */
export function paintShell(row: Row, head: Head): void {
  const { wanted, noise, under, within, value } = row;
  const [rough, uneven, grain] = noise;
  for (let i = row.from; i <= row.to; i++) {
    value[i] = AIR;
    const reach = row.z[i]! > SKIN_REACH.faceBelow ? SKIN_REACH.vault : SKIN_REACH.face;
    wanted[i] = within[i]! < 1 && under[i]! > -reach ? 1 : 0;
  }
  head.texture.along(row, wanted, 34, rough);
  head.texture.along(row, wanted, 25, uneven);
  head.texture.along(row, wanted, 9, grain);
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
    const scalp = head.scalp * (1 + 0.25 * uneven[i]!) + flesh;
    const skin = clamp(0.5 + (deep + bone + scalp) * edge);
    if (skin === 0) continue;
    const lean = clamp(0.5 + (deep + bone + flesh * 0.8) * 0.6) * clamp(0.9 + grain[i]! * 0.8) * clamp(flesh);
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
