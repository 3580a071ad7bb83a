import { join } from 'node:path';
import { type GenerateWork, IchorError, type SliceLabels, stream } from '../../../src/index.ts';
import type { Areas } from './blood.ts';
import { newCanvas } from './canvas.ts';
import { labelsCsv, sampleSubmission } from './csv.ts';
import { type Encoder, loadEncoder, type SliceHeader } from './dicom.ts';
import { DESCRIPTION, IMAGE_FOLDERS, prepareFolder, writeWhole } from './folder.ts';
import { phantomFileUid } from './identity.ts';
import { mimicRoom } from './mimic.ts';
import { acquire, BRAIN_WINDOW, newScanner } from './noise.ts';
import type { PhantomParams } from './params.ts';
import { imagePosition } from './plane.ts';
import { labelsOfOthers } from './relabel.ts';
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
  assertRoomForMimics(studies, params);
  const slicesOf = (set: PhantomSet) =>
    studies.filter((study) => study.set === set).flatMap((study) => study.ids.slices);
  const files = (set: PhantomSet) => new Set(slicesOf(set).map((id) => `${id}.dcm`));
  await prepareFolder(folder, { train: files('train'), test: files('test') });

  const paint = painter(seed, params, await loadEncoder());
  const total = studies.reduce((sum, study) => sum + study.scan.slices, 0);
  const seen: { study: Study; patient: number; labels: SliceLabels[] }[] = [];
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
      await progress(++done, total, 'slices');
    }
    summaries.push(summaryOf(study, ofStudy));
    if (study.set === 'train') seen.push({ study, patient: study.patient, labels: ofStudy });
  }
  await writing;
  const written = params.labels === 'own' ? seen.map(({ labels }) => labels) : labelsOfOthers(seed, seen);
  const labels = seen.flatMap(({ study }, i) => study.ids.slices.map((id, k) => [id, written[i]![k]!] as const));
  await writeWhole(join(folder, 'stage_2_train.csv'), labelsCsv(new Map(labels)));
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

/** A claim about mimics is about as many as were asked for: that there are fewer, because series are short, would go unnoticed. */
function assertRoomForMimics(studies: readonly Study[], { singleSliceMimics, minimumSlices }: PhantomParams): void {
  const room = Math.min(...studies.map(({ scan, head }) => mimicRoom(scan, head)));
  // Up to one, which is the default, a series of a few slices may have none.
  if (singleSliceMimics <= Math.max(1, room)) return;
  throw new IchorError(
    'phantom-mimics',
    `singleSliceMimics is ${singleSliceMimics}, and a series of these has room for ${room}: each needs a slice without one on either side, at a height where there is blood.`,
    `Ask for fewer, or raise minimumSlices, which is ${minimumSlices}.`,
    2,
  );
}

/** Paints and encodes slices, on the same few arrays. */
function painter(seed: number, params: PhantomParams, encode: Encoder) {
  const { size, beyondBrainWindow } = params;
  const range = beyondBrainWindow ? undefined : BRAIN_WINDOW;
  const canvas = newCanvas(size);
  const scanner = newScanner(size);
  return (study: Study, k: number): { file: Buffer; areas: Areas } => {
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
