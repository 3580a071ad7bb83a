import { blocksRun } from '../../registry/diagnostics/blocks-run.ts';
import type { Resolution } from '../../registry/resolve/resolve.ts';
import { resolveStated } from '../recipe.ts';
import { openRegistry } from '../registry.ts';
import type { RunOnOptions } from './command-options.ts';
import type { PointRun } from './point-run.ts';

/** What a single run is called among points: there are no others. */
export const WHOLE = 'run';

/** A recipe as the one point that it is. */
export async function runPoint(file: string, options: RunOnOptions): Promise<Map<string, PointRun>> {
  return pointOfRun(await resolveStated(file, options, openRegistry()));
}

export function pointOfRun({ recipe, text, registry, plugins, diagnostics }: Resolution): Map<string, PointRun> {
  if (recipe === null) return new Map();
  const blocking = blocksRun(diagnostics);
  const point = { recipe: () => recipe, text: () => text, registry, plugins, blocking, findings: diagnostics };
  return new Map([[WHOLE, point]]);
}
