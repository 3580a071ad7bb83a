import { type FinishedRun, type PredictOptions as Options, predict } from '../library/index.ts';
import { type EngineOptions, engineOptions } from './engine-options.ts';
import { interruptible } from './interrupt.ts';
import { printRecipeError } from './load-stated.ts';
import { printQuietEnd } from './notices.ts';
import { paint } from './paint.ts';
import { progressReporter } from './progress.ts';
import { printRunJson } from './run-json.ts';
import { printSummary } from './summary.ts';
import { workReporter } from './work-reporter.ts';

type OfLibrary = 'showIds' | 'pictures' | 'heatMaps' | 'repairIntercept' | 'series' | 'resample' | 'paths' | 'store';

export interface PredictOptions extends EngineOptions, Pick<Options, OfLibrary> {
  quiet?: boolean;
  /** What came of it as JSON, in the place of the summary. */
  json?: boolean;
}

/** `ichor predict RUN DIR…`: the run's recipe with source `folder`, its networks by reference, every slice as test. */
export const predictCommand = (name: string, places: readonly string[], options: PredictOptions): Promise<number> =>
  endOf(predict(name, places, predictOptions(options)), options);

/** As the library takes them, with what is shown while it works. */
export function predictOptions(options: PredictOptions): Options {
  const { showIds, pictures, heatMaps, repairIntercept, series, resample, paths, store } = options;
  const quiet = options.quiet ?? false;
  return {
    ...(showIds ? { showIds } : {}),
    ...(pictures ? { pictures } : {}),
    ...(heatMaps ? { heatMaps } : {}),
    ...(repairIntercept ? { repairIntercept } : {}),
    ...(series === undefined ? {} : { series }),
    ...(resample === undefined ? {} : { resample }),
    ...(paths ? { paths } : {}),
    ...(store === undefined ? {} : { store }),
    ...engineOptions(options),
    onEvent: workReporter(progressReporter({ quiet }), { quiet }),
    signal: interruptible(),
  };
}

/** Prints what came of a prediction. What is wrong with the recipe of its run is printed finding by finding, before the error. */
export async function endOf(work: Promise<FinishedRun>, { json, quiet }: PredictOptions): Promise<number> {
  const done = await work.catch(async (error: unknown) => {
    await printRecipeError(error);
    throw error;
  });
  if (json) await printRunJson(done);
  else if (quiet) printQuietEnd(done);
  else {
    const { sentences } = await done.networks();
    for (const text of sentences) process.stdout.write(`${paint.yellow(text)}\n`);
    await printSummary(done, '--show-ids');
  }
  return 0;
}
