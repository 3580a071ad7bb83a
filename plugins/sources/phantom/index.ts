import { defineSource, IchorError, openKaggleFolder } from '../../../src/index.ts';
import { params } from './params.ts';

/** Raised when the same parameters and seed give other bytes. */
const VERSION = 3;

export const phantom = defineSource({
  name: 'phantom',
  version: VERSION,
  summary:
    'Synthetic head CTs with the five types of haemorrhage, generated as DICOM files in the layout of the RSNA data.',
  params,
  contract: () => ({ identities: 'public', labels: true, repairIntercept: false }),
  async generate(params, work) {
    if (params.minimumSlices > params.maximumSlices) {
      throw new IchorError(
        'phantom-slices',
        `minimumSlices is ${params.minimumSlices}, more than maximumSlices, ${params.maximumSlices}.`,
        'Make minimumSlices the smaller one.',
        2,
      );
    }
    const { generate } = await import('./generate.ts');
    await generate(VERSION, params, work);
  },
  // Stored values take two bytes; a slice of 256 x 256 takes about 8 ms of one core.
  cost({ studies, testStudies, minimumSlices, maximumSlices, size }) {
    const each = (minimumSlices + maximumSlices) / 2;
    const series = studies + testStudies;
    const slices = series * each;
    const seconds = slices * 0.008 * (size / 256) ** 2;
    return { bytes: slices * (2 * size ** 2 + 2000), seconds, slices, labelled: studies * each, series };
  },
  open: (_params, root) => openKaggleFolder(root),
});

export default phantom;
