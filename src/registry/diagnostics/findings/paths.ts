import type { IchorError } from '../../../errors.ts';
import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

/** A path that a shell would have had to fill in, as `expandHome` says it. */
export const pathNotExpanded = (place: Place, path: Path, { message, hint }: IchorError): Diagnostic =>
  finding('error', 'path-not-expanded', place, path, message, hint);
