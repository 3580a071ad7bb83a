import type { Bleed } from './bleed.ts';
import { midline, parted, sulcus } from './brain.ts';
import { type Canvas, FAR, mix } from './canvas.ts';
import { type Ellipsoid, visit } from './ellipsoid.ts';
import type { Head } from './head.ts';
import { near } from './near.ts';
import { clamp } from './vector.ts';

const OEDEMA = 20;

/** What blood is painted into: the head with its (displaced) ventricles. */
export interface Scene {
  head: Head;
  ventricles: readonly Ellipsoid[];
}

/** Paints one bleed and returns the area in which blood fills at least half of the voxel, mm². */
export function paintBleed(canvas: Canvas, scene: Scene, bleed: Bleed): number {
  const { plane, hu } = canvas;
  const { texture } = scene.head;
  let pixels = 0;
  const put = (pixel: number, share: number, grain: number) => {
    if (share >= 0.5) pixels++;
    mix(hu, pixel, bleed.hu + 5 * grain, share);
  };
  shares(canvas, scene, bleed, (pixel, share, x, y, z) => {
    if (share > 0) put(pixel, share, texture.at(x, y + 200, z, 6));
  });
  return pixels * plane.spacing * plane.spacing;
}

type Visit = (pixel: number, share: number, x: number, y: number, z: number) => void;

function shares(canvas: Canvas, scene: Scene, bleed: Bleed, put: Visit): void {
  const { plane, hu, depth, inside } = canvas;
  const { head } = scene;
  const { texture } = head;
  const edge = 1 / (plane.spacing + plane.thickness * 0.4);
  switch (bleed.form) {
    case 'blob': {
      const [rx, ry, rz] = bleed.radii;
      const radius = (rx + ry + rz) / 3;
      const [cx, cy, cz] = bleed.centre;
      near(plane, bleed.centre, Math.max(rx, ry, rz) * 1.35 + bleed.oedema + 3, (pixel, x, y, z) => {
        const free = inside[pixel]!;
        if (free === 0 || depth[pixel]! < 1) return;
        const level = Math.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 + ((z - cz) / rz) ** 2);
        const out = (level - 1 + 0.22 * texture.at(x, y, z, 9) + 0.1 * texture.at(x, y, z, 4)) * radius;
        const share = clamp(0.5 - out * edge);
        if (share < 1 && bleed.oedema > 0) {
          mix(hu, pixel, OEDEMA, 0.7 * free * clamp(1 - (out - bleed.oedema * 0.5) / (bleed.oedema * 0.6)));
        }
        put(pixel, share * free, x, y, z);
      });
      return;
    }
    case 'lens':
    case 'crescent': {
      const [cx, cy, cz] = bleed.centre;
      const side = Math.sign(cx);
      near(plane, bleed.centre, bleed.reach + bleed.thickness, (pixel, x, y, z) => {
        const free = inside[pixel]!;
        const deep = depth[pixel]!;
        if (free === 0 || deep === FAR) return;
        if (bleed.form === 'crescent' && x * side < 2) return;
        const along = ((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2 - deep * deep) / (bleed.reach * bleed.reach);
        if (along >= 1) return;
        const profile =
          bleed.form === 'lens' ? 1 - along : (1 - along * along) * (0.85 + 0.3 * texture.at(x, y, z, 22));
        const under = deep - bleed.gap;
        const share = clamp(0.5 + (bleed.thickness * profile - under) * edge) * clamp(0.5 + under * edge * 2);
        put(pixel, share * free, x, y, z);
      });
      return;
    }
    case 'falx':
      near(plane, bleed.centre, bleed.reach, (pixel, x, y, z) => {
        const free = inside[pixel]!;
        if (free === 0 || !parted(y, z) || Math.abs(x) > 20) return;
        const far = Math.hypot(y - bleed.centre[1], z - bleed.centre[2]) / bleed.reach;
        const half = (bleed.thickness / 2) * clamp(1.3 * (1 - far * far));
        put(pixel, clamp(0.5 + (half - midline(x, y, z, head)) / plane.spacing) * clamp(half) * free, x, y, z);
      });
      return;
    case 'folds': {
      near(plane, bleed.centre, bleed.reach, (pixel, x, y, z) => {
        const free = inside[pixel]!;
        const deep = depth[pixel]!;
        if (free === 0 || deep > head.sulci.depth + 6) return;
        const [cx, cy, cz] = bleed.centre;
        const far = Math.sqrt((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) / bleed.reach;
        const fade = clamp((1 - far) * 5);
        const fold = clamp(1 - (sulcus(x, y, z, head) - bleed.width) / 0.12) * clamp((head.sulci.depth + 5 - deep) / 5);
        const film = clamp(0.5 + (1.2 + head.rim - deep) * edge);
        put(pixel, fade * Math.max(fold, film) * free, x, y, z);
      });
      // Basal blood fills the cisterns.
      for (const cistern of head.cisterns) {
        const away = Math.hypot(...[0, 1, 2].map((i) => cistern.centre[i]! - bleed.centre[i]!));
        if (away < bleed.reach) visit(plane, cistern, (pixel, share) => put(pixel, share * inside[pixel]!, 0, 0, 0));
      }
      return;
    }
    case 'ventricles':
      for (const ventricle of scene.ventricles) {
        if (bleed.side !== 0 && ventricle.centre[0] * bleed.side < 0) continue;
        visit(plane, ventricle, (pixel, share) => {
          const column = pixel % plane.size;
          const y = plane.origin[1] + column * plane.column[1] + ((pixel - column) / plane.size) * plane.row[1];
          put(pixel, share * inside[pixel]! * clamp(0.5 + (y - bleed.level) / 4), 0, y, 0);
        });
      }
  }
}
