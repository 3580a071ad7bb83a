import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../../script.mjs';

const data = (name) => {
  const folder = join(process.env.ICHOR_SHARED ?? resolve(ROOT, '..', 'shared'), 'data', name);
  return existsSync(folder) ? folder : null;
};

/** Real data that this repository does not hold; null where they are not there. */
export const sharedSample = () => data('rsna-sample');
export const sharedCorpus = () => data('dicom-corpus');
