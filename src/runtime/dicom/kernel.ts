/** What a reconstruction kernel is for. */
export type KernelKind = 'soft' | 'sharp' | 'bone' | 'lung';

/** Words that stand for themselves, whoever wrote them. Of several the first in this order. */
const WORDS: readonly (readonly [kind: KernelKind, words: RegExp])[] = [
  ['lung', /\b(lung|lunge|lungs|poumon)\b/],
  ['bone', /\b(bone|boneplus|hd ?bone|knochen|os|osso|hueso|inner ear|iac)\b/],
  ['sharp', /\b(edge|ultra|sharp|very sharp|detail|hdedge|scharf)\b/],
  ['soft', /\b(standard|std|hd ?std|soft|smooth|brain|head|hirn|weichteil\w*|soft ?tissue|medium smooth|chest)\b/],
];
/** From so high a number on Siemens's kernels are for bone (`H60s`, `Hr64`, `J70h`); between the two they are sharp. */
const SIEMENS_BONE = 60;
const SIEMENS_SHARP = 50;
/** Toshiba's and Canon's: `FC30` bone, `FC51` lung, `FC81` inner ear. */
const TOSHIBA: readonly (readonly [from: number, to: number, kind: KernelKind])[] = [
  [1, 29, 'soft'],
  [30, 39, 'bone'],
  [40, 49, 'soft'],
  [50, 59, 'lung'],
  [60, 79, 'soft'],
  [80, 89, 'bone'],
];
/** Philips's letters. */
const PHILIPS: Readonly<Record<string, KernelKind>> = {
  a: 'soft',
  b: 'soft',
  c: 'soft',
  ua: 'soft',
  ub: 'soft',
  uc: 'soft',
  sa: 'soft',
  sb: 'soft',
  sc: 'soft',
  d: 'sharp',
  e: 'bone',
  ya: 'sharp',
  yb: 'bone',
  yc: 'bone',
  yd: 'bone',
  l: 'lung',
};

/** Of (0018,1210), which may hold several values; null where it is none that is known. */
export function kernelKind(value: string): KernelKind | null {
  const text = value
    .trim()
    .toLowerCase()
    .replaceAll(/[\\_]+/g, ' ')
    .replaceAll(/\s+/g, ' ');
  if (text === '') return null;
  const siemens = /^(?:hc|hr|hv|hp|h|br|bv|bf|bl|b|i|j|q|qr|u|ur|ue|d|t|sa|s|c)(\d{2})[a-z]{0,2}(?: \d)?\b/.exec(text);
  if (siemens !== null) {
    const number = Number(siemens[1]);
    if (text.startsWith('bl')) return 'lung';
    // Of bodies, number 70 to 80 are for lungs as well as for bone.
    return number >= SIEMENS_BONE ? 'bone' : number >= SIEMENS_SHARP ? 'sharp' : 'soft';
  }
  const toshiba = /^fc(\d{1,2})\b/.exec(text);
  if (toshiba !== null) {
    const number = Number(toshiba[1]);
    return TOSHIBA.find(([from, to]) => number >= from && number <= to)?.[2] ?? null;
  }
  return PHILIPS[text] ?? WORDS.find(([, words]) => words.test(text))?.[0] ?? null;
}
