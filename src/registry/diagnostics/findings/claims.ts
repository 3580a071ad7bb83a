import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

export const dataSeedTwice = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'table-seed',
    place,
    path,
    'data.seed comes from one place: dataSeeds of the table, or of the row, stands beside this.',
    'Leave it out here, or take dataSeeds out of the table.',
  );

export const claimWithoutDesign = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'claim-design',
    place,
    path,
    'The claim does not state its design: what is repeated, and so what it is about.',
    'Write design: crossed (one data set, at least five seeds), or design: nested (at least five dataSeeds, each with data and networks of its own).',
  );

export const crossedOnSeveral = (place: Place, path: Path, data: readonly number[]): Diagnostic =>
  finding(
    'error',
    'claim-design',
    place,
    path,
    `A crossed claim is about the same patients under several seeds, and its rows run on ${data.length} data sets (dataSeeds ${data.join(', ')}).`,
    'Write design: nested, or give its rows one data set.',
  );

export const nestedOnOne = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'claim-design',
    place,
    path,
    'A nested claim is about replicates with data of their own, and its rows run on one data set.',
    'State at least five under dataSeeds of the table or of both rows: dataSeeds: [401, 402, 403, 404, 405]; or write design: crossed.',
  );

export const nestedOnReal = (place: Place, path: Path, source: string): Diagnostic =>
  finding(
    'error',
    'claim-design',
    place,
    path,
    `The replicates of a nested claim share nothing, and another data.seed splits the same patients of the source ${source} anew: they would pass for independent.`,
    'Write design: crossed, on one split.',
  );

export const claimMargin = (place: Place, path: Path, message: string, hint: string): Diagnostic =>
  finding('error', 'claim-margin', place, path, message, hint);

export const negativeMargin = (place: Place, path: Path, by: number): Diagnostic =>
  claimMargin(
    place,
    path,
    `by says how much better the row is, whichever way its figure gets better, and ${by} is below 0.`,
    `Write by: ${-by}, and swap row and than where the other one is meant; that two are equal is said with within.`,
  );

export const emptyBand = (place: Place, path: Path, within: number): Diagnostic =>
  claimMargin(
    place,
    path,
    within === 0
      ? 'A band of 0 is never shown: no two figures are equal to the last digit.'
      : `within is the width of a band either way, and ${within} is below 0.`,
    'Write the largest difference that would not matter: within: 0.01',
  );

export const fifthPrimary = (place: Place, path: Path, most: number): Diagnostic =>
  finding(
    'error',
    'claim-family',
    place,
    path,
    `A table has at most ${most} primary claims, and this is one more: each takes from the others what it could find (Holm's correction).`,
    'Leave primary out: the claim is exploratory then, and reported all the same.',
  );

export const claimGate = (place: Place, path: Path, message: string, hint: string): Diagnostic =>
  finding('error', 'claim-gate', place, path, message, hint);

export const secondGate = (place: Place, path: Path, equality: boolean, line: number): Diagnostic =>
  claimGate(
    place,
    path,
    `There is a gate ${equality ? 'of equality' : 'by a margin'} already, in line ${line}: one positive and one negative control are gated, since of many one fails by chance.`,
    'Leave gate out: the claim is reported, and ends nothing.',
  );

export const gateExpectsNothing = (place: Place, path: Path): Diagnostic =>
  claimGate(
    place,
    path,
    'A gate without an expectation stops nothing.',
    'State an outcome for the profile that a job runs: expect: { ci: holds }',
  );

export const gateUndecidable = (place: Place, path: Path, profile: string, counted: string): Diagnostic =>
  claimGate(
    place,
    path,
    `Under ${profile} this gate is never decided, since its rows have ${counted}: a job would fail whatever comes out.`,
    'Give its rows five, or leave gate out.',
  );

export const fixedOnItself = (place: Place, path: Path, what: string, values: readonly number[]): Diagnostic =>
  finding(
    'error',
    'claim-fixed-on',
    place,
    path,
    `What the claim is decided on is what its margin was fixed on: ${what} ${values.join(', ')}. It would come out as it was made to.`,
    'Run its rows on data that nobody has looked at: another data.seed (dataSeeds) and other seeds.',
  );

export const fixedOnMissing = (place: Place, path: Path, what: string): Diagnostic =>
  finding(
    'error',
    'claim-fixed-on',
    place,
    path,
    `A ${what} with a margin says what the margin was fixed on.`,
    'Write fixedOn: { data.seed: [200], seed: [211, 212, 213] }, or where it follows from no run: fixedOn: { reason: … }',
  );

export const fixedOnUnclear = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'claim-fixed-on',
    place,
    path,
    'fixedOn names no data: other seeds on the same patients are no new data.',
    'Name their data.seed, or a reason where the margin follows from no run.',
  );

/** `others`: lines of further claims of which the same is true. */
export const tooFewRuns = (
  place: Place,
  path: Path,
  counted: string,
  wanted: string,
  others: readonly number[],
): Diagnostic =>
  finding(
    'warning',
    'claim-seeds',
    place,
    path,
    `${others.length === 0 ? 'This claim is' : `This claim and ${others.length === 1 ? `that of line` : 'those of lines'} ${others.join(', ')} are`} not decided on ${counted}: a decision takes ${wanted}. The rows run all the same, and differences are shown.`,
    wanted.includes('data')
      ? 'State five under dataSeeds: dataSeeds: [401, 402, 403, 404, 405]'
      : 'State five under seeds: seeds: [0, 1, 2, 3, 4]',
  );

export const tooFewPatients = (place: Place, path: Path, patients: number, least: number): Diagnostic =>
  finding(
    'warning',
    'claim-patients',
    place,
    path,
    `This claim is not decided on ${patients === 1 ? 'one validation patient' : `${patients} validation patients`}: its figure takes ${least}.`,
    'Give data.source more studies, or the split a larger validation side.',
  );

/** `least`: the smallest band that would be shown; `from`: what it was reckoned from. */
export const outOfReach = (
  place: Place,
  path: Path,
  { stated, least, from }: { stated: number; least: number; from: string },
): Diagnostic =>
  finding(
    'warning',
    'claim-band',
    place,
    path,
    `The band of ${stated} cannot be reached: ${from}, two equal rows are shown to be so in four of five repetitions from a band of ${Number(least.toPrecision(2))} on.`,
    'Run more seeds, or more patients, or state a wider band before anything is run.',
  );

export const sameRecipe = (place: Place, path: Path, row: string, than: string): Diagnostic =>
  finding(
    'warning',
    'claim-no-difference',
    place,
    path,
    `${row} and ${than} are one and the same recipe: nothing differs between them, and the claim is never decided.`,
    'Name another row, or set what the claim is about.',
  );
