import type { PointsOf } from './messages.ts';
import type { PointRun } from './point-run.ts';
import { runPoint } from './single-point.ts';
import { sweepPoints } from './sweep-points.ts';
import { tablePoints } from './table-points.ts';

/** What each point runs, by its name, as the command resolved it. */
export function pointsOf(of: PointsOf): Promise<Map<string, PointRun>> {
  switch (of.kind) {
    case 'sweep':
      return sweepPoints(of.files[0], of.options);
    case 'table':
      return tablePoints(of.files, of.options);
    case 'run':
      return runPoint(of.files[0], of.options);
  }
}
