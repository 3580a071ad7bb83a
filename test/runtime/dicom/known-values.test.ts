import { expect, it } from 'vitest';
import { sayModality, sayPhotometric } from '../../../src/runtime/dicom/known-values.ts';
import { transferSyntaxName } from '../../../src/runtime/dicom/transfer-syntax.ts';

it('repeats of a header only what the standard has', () => {
  expect([sayModality('MR'), sayModality('XA')]).toEqual(['modality MR', 'modality XA']);
  for (const text of ['SMITH JOHN', 'SMITH_JOHN', '19770401', 'CT '.repeat(2), 'mr'])
    expect(sayModality(text)).toBe('another modality');
  expect([sayPhotometric('RGB'), sayPhotometric('SMITH'), sayPhotometric('')]).toEqual([
    'RGB',
    'an unknown interpretation',
    'no interpretation',
  ]);
  expect(transferSyntaxName('1.2.840.10008.1.2.4.999')).toBe('unknown (1.2.840.10008.1.2.4.999)');
  // The number of a patient, say.
  expect(transferSyntaxName('1.2.19770401.4711')).toBe('unknown');
});
