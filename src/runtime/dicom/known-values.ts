/**
 * Values of headers that may be repeated. A header may hold anything in any element, a patient's name in its Modality: what
 * stands in none of these lists is not shown, so that no text of a file reaches an artifact of private data.
 */

/** Defined terms of Modality, DICOM PS3.3 C.7.3.1.1.1, with the retired ones that archives still hold. */
const MODALITIES: ReadonlySet<string> = new Set(
  (
    'ANN AR ASMT AU BDUS BI BMD CFM CR CT CTPROTOCOL DG DMS DOC DX ECG EEG EMG EOG EPS ES FID GM HC HD IO IOL IVOCT IVUS ' +
    'KER KO LEN LS M3D MG MR NM OAM OCT OP OPM OPR OPT OPTBSV OPTENF OPV OSS OT PA PLAN PO POS PR PT PX REG RESP RF RG ' +
    'RTDOSE RTIMAGE RTINTENT RTPLAN RTRAD RTRECORD RTSEGANN RTSTRUCT RWV SEG SM SMR SR SRF STAIN TEXTUREMAP TG US VA XA ' +
    'XAPROTOCOL XC AS CD CF CP CS DD DF DM DS EC FA FS LP MA MS OF RD ST TD VF'
  ).split(' '),
);

/** Defined terms of Photometric Interpretation, DICOM PS3.3 C.7.6.3.1.2, with the retired ones. */
const PHOTOMETRIC: ReadonlySet<string> = new Set([
  'MONOCHROME1',
  'MONOCHROME2',
  'PALETTE COLOR',
  'RGB',
  'HSV',
  'ARGB',
  'CMYK',
  'XYB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_PARTIAL_422',
  'YBR_PARTIAL_420',
  'YBR_ICT',
  'YBR_RCT',
]);

/** `modality MR`, or `another modality`. */
export const sayModality = (value: string): string =>
  MODALITIES.has(value) ? `modality ${value}` : 'another modality';

/** `RGB`, or `an unknown interpretation`. */
export const sayPhotometric = (value: string): string =>
  PHOTOMETRIC.has(value) ? value : value === '' ? 'no interpretation' : 'an unknown interpretation';

/** UIDs that the standard itself gave out; those of others begin with the number of whoever made them up. */
export const isStandardUid = (uid: string): boolean => /^1\.2\.840\.10008\.[0-9.]{1,49}$/.test(uid);
