import type { TrackValue } from '../../index.ts';
import { blocksRun } from '../../registry/diagnostics/blocks-run.ts';
import type { Resolution } from '../../registry/resolve/resolve.ts';
import { resolveStated } from '../recipe.ts';
import { openRegistry } from '../registry.ts';
import type { SweepCommandOptions } from './command-options.ts';
import type { PointRun } from './point-run.ts';

/** What each point of a recipe's sweep runs, by the point's name. */
export async function sweepPoints(file: string, options: SweepCommandOptions): Promise<Map<string, PointRun>> {
  return pointsOfSweep(await resolveStated(file, options, openRegistry()), options);
}

/** What a sweep is called: profiles make another one of the same recipe. */
export const sweepName = (recipe: string, { profile = [], smoke = false }: SweepCommandOptions): string =>
  [recipe, ...profile, ...(smoke ? ['smoke'] : [])].join('.');

export function pointsOfSweep(
  { recipe: whole, sweep, registry, plugins, diagnostics }: Resolution,
  options: SweepCommandOptions,
): Map<string, PointRun> {
  const name = sweepName(whole?.name ?? '', options);
  const blocking = blocksRun(diagnostics);
  return new Map(
    sweep?.recipes.map(({ point, recipe, text }) => [
      point.name,
      {
        recipe,
        text,
        registry,
        plugins,
        blocking,
        findings: diagnostics,
        parent: { name, kind: 'sweep', point: trackedPoint(point) },
      },
    ]),
  );
}

/** Its values by path, and its seed where the sweep repeats. */
const trackedPoint = ({ values, seed }: NonNullable<Resolution['sweep']>['recipes'][number]['point']) => ({
  ...(seed === null ? {} : { seed }),
  ...Object.fromEntries(
    Object.entries(values).map(([path, value]) => [
      path,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as TrackValue),
    ]),
  ),
});
