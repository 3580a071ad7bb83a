import { dirname } from 'node:path';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { RunResult } from '../runtime/runs/run.ts';
import { readRun } from '../runtime/runs/run-folder.ts';
import { runWhole } from '../runtime/runs/run-json.ts';
import { marksOfModel, type Networks, trainedOnText, verdicts } from '../runtime/train/network-marks.ts';
import { paint } from './paint.ts';

/** `--json` of run and predict: what `ichor runs show --json` says, and which stages ran just now. */
export async function printRunJson(storeRoot: string, { folder, ran, repeated }: RunResult): Promise<void> {
  const record = await readRun(folder);
  if (record === null) throw new TypeError(`the run that ended just now is not in ${dirname(folder)}`);
  const whole = await runWhole(storeRoot, folder, record);
  process.stdout.write(`${JSON.stringify({ ...whole, ran, repeated }, null, 2)}\n`);
}

/** What the networks were trained on and how they fared there: on standard output, before where the predictions are. */
export function printPredictionMarks(networks: Networks, recipe: ResolvedRecipe): void {
  const marks = [...networks.keys()].flatMap((model) => marksOfModel(model, networks, recipe));
  for (const text of [...verdicts(networks, recipe), ...trainedOnText(marks)])
    process.stdout.write(`${paint.yellow(text)}\n`);
}
