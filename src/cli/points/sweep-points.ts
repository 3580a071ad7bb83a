import { blocksRun } from '../../registry/diagnostics/blocks-run.ts';
import type { Resolution } from '../../registry/resolve/resolve.ts';
import { resolveStated } from '../recipe.ts';
import { openRegistry } from '../registry.ts';
import type { SweepCommandOptions } from './command-options.ts';
import type { PointRun } from './point-run.ts';

/** What each point of a recipe's sweep runs, by the point's name. */
export async function sweepPoints(file: string, options: SweepCommandOptions): Promise<Map<string, PointRun>> {
  return pointsOfSweep(await resolveStated(file, options, openRegistry()));
}

export function pointsOfSweep({ sweep, registry, plugins, diagnostics }: Resolution): Map<string, PointRun> {
  const blocking = blocksRun(diagnostics);
  return new Map(
    sweep?.recipes.map(({ point, recipe, text }) => [
      point.name,
      { recipe, text, registry, plugins, blocking, findings: diagnostics },
    ]),
  );
}
