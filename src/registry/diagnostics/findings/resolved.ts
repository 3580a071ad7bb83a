import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

export const componentVersion = (place: Place, component: string, then: number, now: number): Diagnostic =>
  finding(
    'warning',
    'component-version',
    place,
    ['resolved', 'components', component],
    `This recipe was resolved with version ${then} of the ${component}, and this ichor has version ${now}: its results differ.`,
    'CHANGELOG.md says what changed; the version of ichor that resolved it stands under resolved.by.',
  );
