// Runs a recipe, and reads what it predicted and how well: node --import tsx run.ts RECIPE [--smoke]
import { isRecipeError, type Prediction, run } from 'ichor/run';

const [recipe = 'quickstart.yaml', ...words] = process.argv.slice(2);
try {
  const job = run(recipe, { smoke: words.includes('--smoke') });
  for await (const event of job) {
    if (event.type === 'stage-done') console.log(`${event.stage}: ${event.seconds.toFixed(1)} s`);
    if (event.type === 'epoch') console.log(`${event.stage}, epoch ${event.epoch}: loss ${event.loss.toFixed(4)}`);
  }
  const done = await job;
  const metrics = await done.metrics();
  const loss = metrics.figure('mean-log-loss');
  console.log(`${done.name}: mean-log-loss ${loss?.value} of ${loss?.counts.slices} slices [${done.marks.join(', ')}]`);
  let highest: Prediction | null = null;
  for await (const slice of done.predictions())
    if (highest === null || slice.probabilities.any > highest.probabilities.any) highest = slice;
  console.log(`highest: slice ${highest?.slice} of patient ${highest?.patient}, any ${highest?.probabilities.any}`);
} catch (error) {
  if (!isRecipeError(error)) throw error;
  for (const { file, line, message } of error.diagnostics) console.error(`${file}:${line}: ${message}`);
  process.exitCode = 2;
}
