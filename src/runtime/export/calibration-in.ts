import { type CalibrationFile, readCalibration } from '../artifacts/calibration.ts';
import { assertSound } from '../store/sound.ts';
import type { TrainedRun } from './open-trained.ts';
import type { Part } from './part.ts';

/** What calibrates the probabilities of a part; null where nothing does. Throws `artifact-damaged`. */
export async function calibrationIn(
  { networks, recipe }: Pick<TrainedRun, 'networks' | 'recipe'>,
  part: Part,
): Promise<CalibrationFile | null> {
  const model = part === 'backbone' || recipe.sequence === 'none' ? 'backbone' : 'sequence';
  const artifact = networks.get(`calibration:${model}`);
  if (artifact === undefined) return null;
  await assertSound(artifact);
  const file = await readCalibration(artifact.folder);
  return file.all === null ? null : file;
}
