import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

const PATH: Path = ['evaluation', 'heatMaps'];

/** `asked`: the source's parameter that lets pictures onto the page. */
export const heatMapsHidden = (place: Place, asked: string): Diagnostic =>
  finding(
    'error',
    'heat-maps-hidden',
    place,
    PATH,
    'Heat maps lie over pictures, and pictures of this source stay out of the page.',
    `Ask for them (data.source.${asked}: true), or leave heatMaps out.`,
  );

export const heatMapsWithoutBackbone = (place: Place): Diagnostic =>
  finding(
    'error',
    'heat-maps-without-backbone',
    place,
    PATH,
    'Heat maps show what a backbone looked at, and this recipe has none.',
    'Leave heatMaps out.',
  );
