import { join } from 'node:path';
import { existsSync } from '../../../files/fs.ts';
import type { TrackRecord } from '../../../registry/kinds/tracker.ts';

type File = Omit<TrackRecord & { type: 'artifact' }, 'type' | 'time'>;

/** Files of a run that trackers may take, and whether of a private source they tell of single patients. */
const FILES: readonly Pick<File, 'name' | 'holds' | 'identifies'>[] = [
  // It names paths of this machine.
  { name: 'recipe.resolved.yaml', holds: 'recipe', identifies: true },
  { name: 'history.csv', holds: 'table', identifies: false },
  { name: 'metrics.json', holds: 'table', identifies: false },
  { name: 'report.html', holds: 'page', identifies: true },
  { name: 'patients.csv', holds: 'table', identifies: true },
  { name: 'predictions.csv', holds: 'table', identifies: true },
  { name: 'flagged.csv', holds: 'table', identifies: true },
  { name: 'submission.csv', holds: 'table', identifies: true },
];

/** Those that are there. */
export const runFiles = (runFolder: string, isPrivate: boolean): File[] =>
  FILES.map((file) => ({ ...file, path: join(runFolder, file.name), identifies: file.identifies && isPrivate })).filter(
    ({ path }) => existsSync(path),
  );
