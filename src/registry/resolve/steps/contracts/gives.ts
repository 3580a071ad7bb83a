import { needsHu, volumesUnread, windowsBesidePictures } from '../../../diagnostics/findings/needs.ts';
import { at } from '../../../values/path.ts';
import { isNull } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** Windows and what counts in HU need a source of DICOM files; volumes nothing reads yet. */
export const sourceGivesWhatIsRead: Rule = ({ recipe, contract, place }) => {
  const source = contract('source', 'data.source');
  if (source?.gives === 'volume') return [volumesUnread(place('data', 'source'), source.name)];
  if (source?.gives !== 'pictures') return [];
  const windows = at(recipe, ['windows']);
  const stated = windows?.kind === 'map' && windows.entries.size > 0;
  const resample = at(recipe, ['data', 'resample']);
  const brain = at(recipe, ['data', 'minBrainFraction']);
  // A picture whose window shows brain says how much of it there is.
  const showsBrain = Object.values(source.pictures ?? {}).some(({ window }) => window !== undefined);
  return [
    ...(stated ? [windowsBesidePictures(windows.key ?? windows.place, source.name)] : []),
    ...(resample && !isNull(resample)
      ? [needsHu(resample.place, ['data', 'resample'], 'A mean of thin slices', source.name)]
      : []),
    ...(brain && !isNull(brain) && !showsBrain
      ? [needsHu(brain.place, ['data', 'minBrainFraction'], 'The share of brain', source.name)]
      : []),
  ];
};
