// Writes a submission of the size of stage 2's test set and its sample: 121,232 slices, 727,392 rows.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { LABELS, stream } from '../../dist/src/index.js';

export async function writeSubmissions(folder) {
  const random = stream(0, 'bench');
  const [file, sample] = ['submission.csv', 'sample.csv'].map((name) => join(folder, name));
  const outputs = [file, sample].map((path) => createWriteStream(path));
  for (const output of outputs) output.write('ID,Label\n');
  for (let slice = 0; slice < 121_232; slice++) {
    const id = `ID_${Math.floor(random.uniform() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')}${(slice % 16).toString(16)}`;
    const rows = (p) => LABELS.map((label) => `${id}${slice}_${label},${p()}\n`).join('');
    outputs[0].write(rows(random.uniform));
    outputs[1].write(rows(() => 0.5));
  }
  await Promise.all(outputs.map((output) => finished(output.end())));
  return { file, sample };
}
