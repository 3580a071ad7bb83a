import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../src/runtime/dicom/claims.ts';
import { kernelKind } from '../../../src/runtime/dicom/kernel.ts';

it.each([
  ['H31s', 'soft'],
  ['H40s', 'soft'],
  ['J30s\\3', 'soft'],
  ['Hr40f', 'soft'],
  ['Qr44d\\2', 'soft'],
  ['H60s', 'bone'],
  ['Hr64h', 'bone'],
  ['H70h', 'bone'],
  ['B50f', 'sharp'],
  ['Bl57d', 'lung'],
  ['STANDARD', 'soft'],
  ['SOFT', 'soft'],
  ['BONE', 'bone'],
  ['BONEPLUS', 'bone'],
  ['LUNG', 'lung'],
  ['DETAIL', 'sharp'],
  ['FC21', 'soft'],
  ['FC64', 'soft'],
  ['FC30', 'bone'],
  ['FC81', 'bone'],
  ['FC51', 'lung'],
  ['UB', 'soft'],
  ['YC', 'bone'],
  ['', null],
  ['SMITH^JOHN', null],
  ['FC', null],
])('the kernel %s is %s', (value, kind) => {
  expect(kernelKind(value)).toBe(kind);
});

describe('words of a description', () => {
  const words = (...descriptions: string[]) =>
    claimsOf({ bodyPart: '', descriptions, agent: '', imageType: [], person: ['', '', ''] }).words;
  it.each([
    ['CT HEAD W/O CONTRAST', ['without contrast']],
    ['HEAD WO CONTRAST 5MM', ['without contrast']],
    ['Schädel nativ', ['without contrast']],
    ['Kopf ohne KM', ['without contrast']],
    ['HEAD C-', ['without contrast']],
    ['HEAD C+', ['with contrast']],
    ['Head with contrast', ['with contrast']],
    ['POST CONTRAST HEAD', ['with contrast']],
    ['Kopf nach KM', ['with contrast']],
    ['CTA Head', ['angiography']],
    ['CT_PERFUSION', ['perfusion']],
    ['BONE 2.5 mm', ['bone']],
    ['Topogram 0.6 T20f', ['localiser']],
    ['COR MPR', ['coronal']],
    ['MIP thin', ['thin', 'projection']],
    ['SMITH JOHN', []],
  ])('%s', (text, found) => {
    expect(words(text)).toEqual(found);
  });

  it('an agent that was carried over is none where a description says so', () => {
    const of = (description: string) =>
      claimsOf({ bodyPart: '', descriptions: [description], agent: 'OMNIPAQUE', imageType: [], person: ['', '', ''] });
    expect(of('HEAD W/O').contrast).toBe(true);
    expect(of('HEAD W/O CONTRAST').contrast).toBe(false);
    expect(of('HEAD').contrast).toBe(true);
  });
});
