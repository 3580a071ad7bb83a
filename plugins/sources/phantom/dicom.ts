import { endianness } from 'node:os';
import { INTERCEPT, type PixelFormat } from './scan.ts';
import type { Vector } from './vector.ts';

/** What the header of one slice says: the 22 elements of RSNA's files and no other (facts 3). */
export interface SliceHeader {
  slice: string;
  patient: string;
  study: string;
  series: string;
  /** mm, patient system. */
  position: Vector;
  tiltCosine: number;
  tiltSine: number;
  size: number;
  spacing: number;
  format: PixelFormat;
  /** MediaStorageSOPInstanceUID; differs from the SOP instance UID, as in RSNA's files. */
  fileUid: string;
}

/** Encodes a slice as a DICOM file (part 10): header by dcmjs, stored values appended as its last element. */
export type Encoder = (header: SliceHeader, stored: Uint16Array) => Buffer;

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
/** Made from a random UUID (DICOM part 5, B.2): this generator's own root. */
const IMPLEMENTATION = '2.25.824367716152855567320103357403319225';

export async function loadEncoder(): Promise<Encoder> {
  const { default: dcmjs } = await import('dcmjs');
  dcmjs.log.setLevel('error');
  const { DicomDict, DicomMetaDictionary } = dcmjs.data;
  return (header, stored) => {
    const file = new DicomDict(DicomMetaDictionary.denaturalizeDataset(metaOf(header)));
    file.dict = DicomMetaDictionary.denaturalizeDataset(datasetOf(header));
    return withPixels(new Uint8Array(file.write()), header.format, stored);
  };
}

const metaOf = ({ fileUid, format }: SliceHeader) => ({
  FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
  MediaStorageSOPClassUID: CT_IMAGE_STORAGE,
  MediaStorageSOPInstanceUID: fileUid,
  TransferSyntaxUID: format.transferSyntax,
  ImplementationClassUID: IMPLEMENTATION,
  ImplementationVersionName: 'ICHOR_PHANTOM',
});

function datasetOf(header: SliceHeader) {
  const { format, size } = header;
  const bits = format.name === '12u' ? 12 : 16;
  return {
    SOPInstanceUID: header.slice,
    Modality: 'CT',
    PatientID: header.patient,
    StudyInstanceUID: header.study,
    SeriesInstanceUID: header.series,
    StudyID: '',
    ImagePositionPatient: header.position.map(decimal),
    ImageOrientationPatient: [1, 0, 0, 0, header.tiltCosine, header.tiltSine].map(decimal),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: size,
    Columns: size,
    PixelSpacing: [header.spacing, header.spacing].map(decimal),
    BitsAllocated: 16,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: format.name === '12u' ? 0 : 1,
    WindowCenter: [...format.windowCentre],
    WindowWidth: [...format.windowWidth],
    RescaleIntercept: String(INTERCEPT),
    RescaleSlope: '1',
  };
}

/** Six decimals, as RSNA's 16 bit files print them; DS holds sixteen characters. No negative zero. */
const decimal = (value: number): string => (value === 0 ? 0 : value).toFixed(6);

/** Header, then (7FE0,0010), OW, little endian, which dcmjs would copy several times. */
function withPixels(header: Uint8Array, format: PixelFormat, stored: Uint16Array): Buffer {
  const explicit = format.transferSyntax === '1.2.840.10008.1.2.1';
  const tag = explicit
    ? Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x57, 0, 0])
    : Buffer.from([0xe0, 0x7f, 0x10, 0x00]);
  const bytes = stored.length * 2;
  const file = Buffer.allocUnsafe(header.length + tag.length + 4 + bytes);
  file.set(header);
  file.set(tag, header.length);
  const start = file.writeUInt32LE(bytes, header.length + tag.length);
  file.set(new Uint8Array(stored.buffer, stored.byteOffset, bytes), start);
  if (endianness() === 'BE') file.subarray(start).swap16();
  return file;
}
