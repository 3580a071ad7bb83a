import type { FinishedRun } from '../library/index.ts';
import { printJson } from './json.ts';

/** `--json` of what makes a run: what `ichor runs show --json` says, and which stages ran just now. */
export async function printRunJson(run: FinishedRun): Promise<void> {
  const { ran, repeated } = run;
  printJson({ ...(await run.facts()), ran, repeated });
}
