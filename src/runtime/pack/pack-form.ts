import { hasForm, isNumber, isText, listOf } from '../../files/json.ts';
import type { StageName } from '../stage-names.ts';

/** `pack.json`, the first member of a packed run. */
export interface PackFacts {
  /** Of this form. */
  format: 1;
  /** As the run is called where it was packed. */
  run: string;
  ichor: string;
  marks: readonly string[];
  /** And the calibrations. */
  networks: readonly PackedNetwork[];
}

/** Files of an artifact, `networks/<place>/…`, in the order of the list. */
export interface PackedNetwork {
  /** Instance of the run: `backbone:2`. */
  id: string;
  stage: StageName;
  key: string;
}

export const PACK = 'pack.json';
export const RECORD = 'run.json';
export const RECIPE = 'recipe.resolved.yaml';
export const CARD = 'model-card.md';
export const MANIFEST = 'manifest.json';

export const networkFile = (place: number, name: string): string => `networks/${place}/${name}`;

export const isPack = hasForm({
  format: isNumber,
  run: isText,
  ichor: isText,
  marks: listOf(isText),
  networks: listOf(
    hasForm({
      id: isText,
      stage: (value) => value === 'backbone' || value === 'sequence' || value === 'calibration',
      key: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
    }),
  ),
});
