import type { DicomHeader, HeaderDoubt, HeaderProblem } from './header.ts';
import { sayModality } from './known-values.ts';

/** CT Image Storage, Enhanced CT Image Storage, Legacy Converted Enhanced CT Image Storage. */
const CT_CLASSES = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2.2'];
/** Storage classes of the standard. Those of vendors say nothing about what is in them. */
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
/** What storage classes hold, as Modality would name it, by what follows `STORAGE`. */
const HOLD: Readonly<Record<string, string>> = {
  '1': 'CR',
  '1.1': 'DX',
  '1.2': 'MG',
  '3.1': 'US',
  '4': 'MR',
  '4.1': 'MR',
  '4.3': 'MR',
  '4.4': 'MR',
  '6.1': 'US',
  '6.2': 'US',
  '12.1': 'XA',
  '12.2': 'RF',
  '20': 'NM',
  '66.4': 'SEG',
  '128': 'PT',
  '128.1': 'PT',
  '130': 'PT',
  '481.1': 'RTIMAGE',
  '481.2': 'RTDOSE',
};

type Kind = Pick<DicomHeader, 'modality' | 'sopClass'>;

/** Modality is one code string in capitals; some writers use others, or list what a combined scanner can do. */
const codes = (modality: string): string[] => [
  ...new Set(
    modality
      .toUpperCase()
      .split('\\')
      .map((code) => code.trim())
      .filter((code) => code !== ''),
  ),
];

/** Why a file is no CT, or null. Where Modality and SOP class contradict each other nobody knows whether values are HU. */
export function modalityProblem({ modality, sopClass }: Kind): HeaderProblem | null {
  const named = codes(modality);
  const other = otherClass(sopClass);
  const [only] = named;
  if (named.length > 1 && named.includes('CT')) {
    if (CT_CLASSES.includes(sopClass)) return null;
    const message = 'names several modalities, CT among them, and its SOP class does not say that it is CT';
    return { reason: 'not-ct', message, detail: 'several modalities' };
  }
  if (only !== undefined && only !== 'CT') {
    const said = named.length > 1 ? 'several modalities' : sayModality(only);
    return { reason: 'not-ct', message: `has ${said} instead of CT`, detail: said.replace(/^modality /, '') };
  }
  if (other === null) return null;
  const says = only === undefined ? 'names no modality, and its SOP class is' : 'says CT, and its SOP class is';
  return { reason: 'not-ct', message: `${says} that of ${other}`, detail: other };
}

/** What is to be told of a modality that was read as CT all the same; null where it says CT as the standard does. */
export function modalityDoubt({ modality, sopClass }: Kind): HeaderDoubt | null {
  const named = codes(modality);
  if (named.length === 0) {
    const known = CT_CLASSES.includes(sopClass);
    const message = `The header names no modality: CT is taken${known ? ', as its SOP class says' : ''}.`;
    return { reason: 'no-modality', message, kind: known ? 'information' : 'warning' };
  }
  if (named.length > 1) {
    const message = 'The header names several modalities, CT among them: CT is taken, as its SOP class says.';
    return { reason: 'odd-modality', message };
  }
  if (modality === 'CT') return null;
  const message = 'The modality is CT, not written as the standard has it (in capitals, once).';
  return { reason: 'odd-modality', message, kind: 'information' };
}

function otherClass(sopClass: string): string | null {
  if (!sopClass.startsWith(STORAGE) || CT_CLASSES.includes(sopClass)) return null;
  return HOLD[sopClass.slice(STORAGE.length)] ?? 'another SOP class';
}
