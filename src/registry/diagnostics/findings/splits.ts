import type { SplitFold } from '../../kinds/split.ts';
import { formatPath, type Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

export const noSuchFold = (place: Place, path: Path, { fold, folds }: SplitFold): Diagnostic =>
  finding(
    'error',
    'no-such-fold',
    place,
    path,
    `There is no fold ${fold} of ${folds}: they are counted from 0.`,
    `${formatPath(path)}: one of 0 to ${folds - 1}`,
  );
