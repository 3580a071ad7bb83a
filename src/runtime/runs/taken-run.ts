import { dataText } from './data-text.ts';
import type { FoundRun, PassedOver } from './find-run.ts';
import { type RunRecord, stateOf } from './run-folder.ts';
import { readTraits, traitsText } from './run-traits.ts';

/** Which run a recipe's name, or a tag, stood for, and of how many; null where the run itself was named. */
export async function takenText(
  name: string,
  { folder, record, among, passedOver, tagged }: FoundRun,
  now = new Date(),
): Promise<string | null> {
  const partial = stateOf(record) === 'partial' ? `, partial: --until ${record.until}` : '';
  const what = `run ${record.name} (${traitsText(await readTraits(folder))}${partial})`;
  if (tagged) return `${name}: the tag of ${what}.`;
  if (among === null) return null;
  if (among === 1) return `${name}: ${what}, its only run.`;
  const newest = `the newest ${record.status === 'done' ? 'finished ' : ''}one`;
  const which = passedOver === null ? newest : passedText(newest, passedOver, record);
  return `${name}: ${what}, ${which} of ${among} runs; \`ichor runs list\` shows the others.${clockText(record, now)}`;
}

/** A day: clocks of machines that share a store differ, by no more. */
const AHEAD_MS = 86_400_000;

/** Which run is the newest goes by the clock that it started under. One that was ahead then stays the newest for long. */
const clockText = ({ name, started }: RunRecord, now: Date): string =>
  Date.parse(started) - now.getTime() > AHEAD_MS
    ? ` By this machine's clock ${name} started in the future (${started.slice(0, 10)}): another one may be newer, which its own name picks.`
    : '';

function passedText(newest: string, { run, why }: PassedOver, taken: RunRecord): string {
  switch (why) {
    case 'partial':
      return `${newest} that is whole (${run.name} is newer, but partial: --until ${run.until})`;
    case 'smoke':
      return `${newest} without --smoke (${run.name} is newer, but a smoke run)`;
    case 'data':
      return `${newest} on these data (${run.name} is newer, but on other data: ${dataText(run)}, not ${dataText(taken)})`;
    case 'set':
      return `${newest} without --set or profile (${run.name} is newer, but something was set for it)`;
  }
}
