import type { TrackParent } from '../../index.ts';
import type { Diagnostic } from '../../registry/diagnostics/diagnostic.ts';
import type { LoadedPlugin } from '../../registry/plugins/load-plugins.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';

/** What one point of a sweep, or one seed of a table's row, runs. */
export interface PointRun {
  recipe(): ResolvedRecipe;
  /** The resolved recipe as YAML. */
  text(): string;
  registry: Registry;
  plugins: readonly LoadedPlugin[];
  /** What stops it before its first stage. */
  blocking: readonly Diagnostic[];
  /** All that was found in its recipe. */
  findings: readonly Diagnostic[];
  /** The sweep or table, and which point of it: for trackers. Absent of a single run. */
  parent?: TrackParent;
}
