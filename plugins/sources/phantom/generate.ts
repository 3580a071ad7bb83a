import { join } from 'node:path';
import { type GenerateWork, type SliceLabels, stream } from '../../../src/index.ts';
import type { BleedType } from './bleed.ts';
import { newCanvas } from './canvas.ts';
import { labelsCsv, sampleSubmission } from './csv.ts';
import { type Encoder, loadEncoder, type SliceHeader } from './dicom.ts';
import { DESCRIPTION, IMAGE_FOLDERS, prepareFolder, writeWhole } from './folder.ts';
import { phantomFileUid } from './identity.ts';
import { acquire, BRAIN_WINDOW, newScanner } from './noise.ts';
import type { PhantomParams } from './params.ts';
import { imagePosition } from './plane.ts';
import { paintSlice } from './render.ts';
import { drawRoster, type PhantomSet } from './roster.ts';
import { drawStudy, type Study } from './study.ts';
import { labelsOf, summaryOf, VISIBLE_MM2 } from './truth.ts';

/**
 * Writes Kaggle's layout: image folders, labels, sample submission, and last `phantom.json`. Same parameters and seed,
 * same bytes; a folder that a killed run left is completed.
 */
export async function generate(version: number, params: PhantomParams, work: GenerateWork): Promise<void> {
  const { folder, seed, progress, signal } = work;
  const roster = (['train', 'test'] as const).flatMap((set) =>
    drawRoster(seed, set, set === 'train' ? params.studies : params.testStudies, params),
  );
  const studies = roster.map((entry) => drawStudy(seed, entry, params));
  const slicesOf = (set: PhantomSet) =>
    studies.filter((study) => study.set === set).flatMap((study) => study.ids.slices);
  const files = (set: PhantomSet) => new Set(slicesOf(set).map((id) => `${id}.dcm`));
  await prepareFolder(folder, { train: files('train'), test: files('test') });

  const paint = painter(seed, params, await loadEncoder());
  const total = studies.reduce((sum, study) => sum + study.scan.slices, 0);
  const labels = new Map<string, SliceLabels>();
  const summaries: ReturnType<typeof summaryOf>[] = [];
  let done = 0;
  let writing = Promise.resolve();
  for (const study of studies) {
    const ofStudy: SliceLabels[] = [];
    for (let k = 0; k < study.scan.slices; k++) {
      signal.throwIfAborted();
      const { file, areas } = paint(study, k);
      // One file is written while the next slice is painted. A disk that is full says so at the next turn.
      await writing;
      writing = writeWhole(join(folder, IMAGE_FOLDERS[study.set], `${study.ids.slices[k]}.dcm`), file);
      writing.catch(() => {});
      ofStudy.push(labelsOf(areas));
      if (study.set === 'train') labels.set(study.ids.slices[k]!, ofStudy[k]!);
      await progress(++done, total, 'slices');
    }
    summaries.push(summaryOf(study, ofStudy));
  }
  await writing;
  await writeWhole(join(folder, 'stage_2_train.csv'), labelsCsv(labels));
  await writeWhole(join(folder, 'stage_2_sample_submission.csv'), sampleSubmission(slicesOf('test')));
  const description = {
    synthetic: true,
    generator: 'phantom',
    version,
    seed,
    params,
    labelledFromMm2: VISIBLE_MM2,
    studies: summaries,
  };
  await writeWhole(join(folder, DESCRIPTION), `${JSON.stringify(description, null, 1)}\n`);
}

/** Paints and encodes slices, on the same few arrays. */
function painter(seed: number, params: PhantomParams, encode: Encoder) {
  const { size, beyondBrainWindow } = params;
  const range = beyondBrainWindow ? undefined : BRAIN_WINDOW;
  const canvas = newCanvas(size);
  const scanner = newScanner(size);
  return (study: Study, k: number): { file: Buffer; areas: Record<BleedType, number> } => {
    const areas = paintSlice(canvas, study, k);
    const random = stream(seed, 'phantom-noise', study.set, study.study, k);
    const stored = acquire(scanner, { ...canvas, size }, study.noise, study.format, random, range);
    return { file: encode(headerOf(seed, study, k), stored), areas };
  };
}

function headerOf(seed: number, study: Study, k: number): SliceHeader {
  const { ids, scan, format } = study;
  return {
    slice: ids.slices[k]!,
    patient: ids.patient,
    study: ids.study,
    series: ids.series,
    position: imagePosition(scan, k),
    tiltCosine: scan.tiltCosine,
    tiltSine: scan.tiltSine,
    size: scan.size,
    spacing: scan.spacing,
    format,
    fileUid: phantomFileUid(seed, study.set, study.study, k),
  };
}
