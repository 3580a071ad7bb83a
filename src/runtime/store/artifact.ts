import type { StageName } from '../stage-names.ts';

/** A finished artifact of the store, as a stage reads it. */
export interface Artifact {
  stage: StageName;
  key: string;
  /** Absolute folder, complete and read-only. */
  folder: string;
}
