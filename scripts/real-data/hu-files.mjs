import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { loadEncoder } from '../../dist/plugins/sources/phantom/dicom.js';

/** The window that CT-ICH's brain pictures were made with, HU: grey 0 is its lower end, 255 its upper one. */
const WINDOW = { level: 40, width: 120 };
/** As the set's README says; places are not known, so that slices lie at multiples of it, from the neck up. */
const SPACING_MM = 5;
const INTERCEPT = -1024;
/** 16 bits, signed, explicit VR. */
const FORMAT = {
  name: '16s',
  transferSyntax: '1.2.840.10008.1.2.1',
  windowCentre: ['40'],
  windowWidth: ['80'],
  background: -2000,
  lowest: -32768,
  highest: 32767,
};
export const COLUMNS =
  'path=File,epidural=Epidural,intraparenchymal=Intraparenchymal,intraventricular=Intraventricular,subarachnoid=Subarachnoid,subdural=Subdural,any=!No_Hemorrhage';

/**
 * CT-ICH's brain pictures as CT files of HU, so that networks that know another window can be shown them: HU = grey / 255 x 120 - 20,
 * rounded; what the picture cut off (below -20, above 100 HU) is cut off here too. Written once.
 * @param {string} from the set's folder
 * @param {string} to holds 049/049-14.dcm, and labels.csv with the columns of `COLUMNS`
 */
export async function writeHuFiles(from, to) {
  if (existsSync(join(to, 'labels.csv'))) return;
  const unfinished = `${to}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const rows = parse(readFileSync(join(from, 'hemorrhage_diagnosis.csv')), { bom: true, columns: true, trim: true });
  const encode = await loadEncoder();
  for (const row of rows) {
    const patient = row.PatientNumber.padStart(3, '0');
    const picture = join(from, 'Patients_CT', patient, 'brain', `${row.SliceNumber}.jpg`);
    const { data, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
    const stored = Uint16Array.from(data, (grey) =>
      Math.round((grey / 255) * WINDOW.width + WINDOW.level - WINDOW.width / 2 - INTERCEPT),
    );
    const name = `${patient}-${row.SliceNumber}`;
    const header = {
      ...{ slice: `ct-ich-${name}`, patient: `ct-ich-${patient}`, study: `ct-ich-${patient}-1` },
      ...{ series: `ct-ich-${patient}-1-1`, fileUid: `2.25.${Number(patient)}${row.SliceNumber.padStart(3, '0')}` },
      ...{ position: [0, 0, SPACING_MM * Number(row.SliceNumber)], tiltCosine: 1, tiltSine: 0 },
      // The field of view is not known: no figure depends on it.
      ...{ size: info.width, spacing: 1, format: FORMAT },
    };
    mkdirSync(join(unfinished, patient), { recursive: true });
    writeFileSync(join(unfinished, patient, `${name}.dcm`), encode(header, stored));
    row.File = `${patient}/${name}.dcm`;
  }
  const columns = Object.keys(rows[0]);
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  writeFileSync(join(unfinished, 'labels.csv'), lines.map((line) => line.join(',')).join('\n'));
  renameSync(unfinished, to);
}
