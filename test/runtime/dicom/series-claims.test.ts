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

const NOTHING = {
  bodyPart: '',
  descriptions: [],
  agent: '',
  imageType: [],
  person: ['', '', ''],
  species: '',
  qualityControl: '',
  issuer: '',
  otherIds: [],
} as const;

describe('words of a description', () => {
  const words = (...descriptions: string[]) => claimsOf({ ...NOTHING, descriptions }).words;
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
    const of = (description: string) => claimsOf({ ...NOTHING, descriptions: [description], agent: 'OMNIPAQUE' });
    expect(of('HEAD W/O').contrast).toBe(true);
    expect(of('HEAD W/O CONTRAST').contrast).toBe(false);
    expect(of('HEAD').contrast).toBe(true);
  });
});

describe('what is noted of a description, and ranks no series', () => {
  const of = (description: string) => claimsOf({ ...NOTHING, descriptions: [description] });
  it.each([
    'Crâne après injection',
    'CRANE INJECTE',
    'Cerveau avec produit de contraste',
    'Cráneo tras contraste',
    'Encefalo con mezzo di contrasto',
    'CRANIO DOPO MDC',
  ])('contrast: %s', (text) => {
    expect(of(text).enhanced).toBe(true);
  });
  it.each([
    'Crâne sans injection',
    'CRANE NON INJECTE',
    'Cerveau sans et avec injection',
    'Cráneo sin contraste',
    'Cranio senza mezzo di contrasto',
    'Kopf nativ',
  ])('no contrast: %s', (text) => {
    expect(of(text).enhanced).toBe(false);
  });

  it.each([
    ['Felsenbein 0.6', 'temporal bone'],
    ['Schläfenbein rechts', 'temporal bone'],
    ['TEMPORAL BONE', 'temporal bone'],
    ['Rocher droit', 'temporal bone'],
    ['ORBITA', 'orbits'],
    ['Orbits 1.0', 'orbits'],
    ['HWS 2.0 B30', 'cervical spine'],
    ['Head and C-Spine', null],
    ['Schädel und HWS', null],
    ['Kopf 5.0', null],
    ['SMITH', null],
  ])('a part of the head: %s', (text, region) => {
    expect(of(text).region).toBe(region);
    expect(claimsOf({ ...NOTHING, bodyPart: 'HEAD', descriptions: [text] }).region).toBeNull();
  });

  it('a phantom, a test of the scanner and an animal are no person', () => {
    const phantom = 'a phantom, or a test of the scanner';
    const subject = (text: Partial<Parameters<typeof claimsOf>[0]>) => claimsOf({ ...NOTHING, ...text }).subject;
    expect(subject({ bodyPart: 'PHANTOM' })).toBe(phantom);
    for (const text of ['Daily QC', 'Wasserphantom', 'water_phantom', 'QA 120 kV'])
      expect(subject({ descriptions: [text] }), text).toBe(phantom);
    expect(subject({ person: ['QA^PHANTOM', '', ''] })).toBe(phantom);
    expect(subject({ qualityControl: 'YES' })).toBe(phantom);
    expect(subject({ species: 'Canis lupus familiaris' })).toBe('an animal');
    for (const species of ['', 'Homo sapiens', 'HUMAN']) expect(subject({ species }), species).toBeNull();
    expect(subject({ descriptions: ['Head 5.0'], person: ['QADIR^AQABA', '', ''], qualityControl: 'NO' })).toBeNull();
  });
});
