import type { TableClaim } from '../../registry/table/table.ts';
import { decimals, SMALLEST } from '../evaluate/shown.ts';
import { mean } from '../sweep/results.ts';
import type { ClaimResult, Gain } from './claims.ts';
import { runName } from './run-name.ts';

export const signed = (value: number): string => `${value > 0 ? '+' : ''}${decimals(value)}`;

/** `+0.0417 [0.0317, 0.0521]`; `brief`: without the interval where it decides nothing. Empty where nothing was reckoned. */
export function gainText({ gain, pairs }: Pick<ClaimResult, 'gain' | 'pairs'>): string {
  if (gain !== null) return `${signed(gain.mean)} [${signed(gain.low)}, ${signed(gain.high)}]`;
  const gains = pairs.flatMap((pair) => pair.gain ?? []);
  return gains.length > 0 && gains.length === pairs.length ? signed(mean(gains)) : '';
}

/** `holds`, `undecided (2 of 5 seeds)`; where an interval leaves it open, what would have been found. */
export function outcomeText({ outcome, why, gain, claim }: ClaimResult): string {
  if (outcome !== 'undecided') return outcome;
  if (why !== null) return `undecided (${why})`;
  return gain === null ? 'undecided' : `undecided (${smallestText(gain, claim)})`;
}

const smallestText = ({ smallest }: Gain, { question }: TableClaim): string =>
  question.kind === 'same'
    ? `a band from ${decimals(smallest)} on would have been shown`
    : `a gain from ${decimals(smallest)} on would have been found`;

/** `better by more than 0.02`, `equal to within 0.01`. */
export const askedText = ({ question }: TableClaim): string =>
  question.kind === 'same'
    ? `equal to within ${question.within}`
    : `better by more than ${question.by}${question.sides === 1 ? ', one-sided' : ''}`;

/** `primary`, `exploratory`, and whether a job ends by it. */
export const kindText = ({ primary, gate }: TableClaim): string =>
  [primary ? 'primary' : 'exploratory', ...(gate ? ['gate'] : [])].join(', ');

export const thanText = ({ than, partner }: TableClaim): string => (partner === null ? than : `the ${than} predictor`);

export function expectationText({ claim, met }: ClaimResult): string {
  if (claim.expect === null) return 'only reported: no outcome is expected';
  return `expected: ${claim.expect}${met === false ? ', and it differs' : ''}`;
}

/** One line on what a claim came to: outcome, figures, interval, each seed, patients, generator. */
export function claimText(result: ClaimResult): { outcome: string; expectation: string; figures: string } {
  return {
    outcome: outcomeText(result),
    expectation: expectationText(result),
    figures: figuresText(result),
  };
}

function figuresText(result: ClaimResult): string {
  const { claim, better, gain, pairs, patients, generator } = result;
  const values = (side: 'row' | 'than') => pairs.flatMap((pair) => pair[side] ?? []);
  const meanOf = (side: 'row' | 'than') => (values(side).length === 0 ? 'not run' : decimals(mean(values(side))));
  const gains = pairs.flatMap((pair) => pair.gain ?? []);
  return [
    `${claim.figure} (${better} is better): ${claim.row} ${meanOf('row')}, ${thanText(claim)} ${meanOf('than')}`,
    ...(gains.length === pairs.length ? [`better by ${signed(gain?.mean ?? mean(gains))}${intervalPart(gain)}`] : []),
    `claimed: ${askedText(claim)}`,
    ...(gain === null ? [] : [pText(gain)]),
    ...(gain === null || result.why !== null ? [] : [smallestText(gain, claim)]),
    ...(gains.length === pairs.length
      ? [pairs.map((pair) => `${runName(pair)}: ${signed(pair.gain ?? Number.NaN)}`).join(', ')]
      : []),
    ...(opposite(gains) ? ['the seeds differ in the direction'] : []),
    patients < SMALLEST.patients ? `on ${patients} patients only` : `${patients} patients`,
    `${kindText(claim)}, attempt ${claim.attempts}`,
    ...provenance(claim),
    `pictures: ${generator}`,
  ].join('; ');
}

const intervalPart = (gain: Gain | null): string =>
  gain === null
    ? ''
    : `, ${Math.round(100 * gain.level)} % interval ${'replicates' in gain.spread ? 'over replicates' : 'over patients and seeds'} [${signed(gain.low)}, ${signed(gain.high)}], t with ${gain.df.toFixed(1)} degrees of freedom`;

const pValue = (p: number): string => (p < 0.0001 ? 'below 0.0001' : p.toFixed(4));

const pText = ({ p, adjusted }: Gain): string =>
  `p ${pValue(p)}${adjusted === null ? '' : `, corrected for the primary claims ${pValue(adjusted)}`}`;

function provenance({ fixedOn, budget, question }: TableClaim): string[] {
  const what = question.kind === 'same' ? 'band' : 'margin';
  const data = fixedOn?.['data.seed'];
  const seeds = fixedOn?.seed;
  return [
    ...(fixedOn?.reason ? [`${what}: ${fixedOn.reason}`] : []),
    ...(data
      ? [
          `${what} fixed on data.seed ${data.join(', ')}${seeds ? `, seeds ${seeds.join(', ')}` : ''}, which decide nothing`,
        ]
      : []),
    ...(budget === null ? [] : [`budget, as the file says: ${budget}`]),
  ];
}

const opposite = (gains: readonly number[]): boolean => gains.some((one) => one > 0) && gains.some((one) => one < 0);

/** How outcomes are meant. */
export function claimNotes(claims: readonly ClaimResult[], marks: readonly string[]): string[] {
  const primary = claims.filter(({ claim }) => claim.primary).length;
  const nested = claims.some(({ claim }) => claim.design === 'nested');
  const same = claims.some(({ claim }) => claim.question.kind === 'same');
  return [
    'holds: the whole interval lies beyond what is claimed. fails: the whole interval lies short of it. undecided: neither, or fewer than five seeds; beside it the smallest effect that about four of five such experiments would have found, if they vary as this one did.',
    'Crossed: the same patients under several network seeds, both as drawn at random (two-way random effects, Satterthwaite’s degrees of freedom). So an interval says what other patients, and trainings from other seeds, would change; one set of data is trained on, and another one is in no interval.',
    ...(nested ? ['Nested: each replicate has data and networks of its own; Student’s t over their means.'] : []),
    ...(same ? ['Equal: two one-sided tests at 5 %, so that a 90 % interval lies within the band.'] : []),
    ...(primary > 0
      ? [
          `Primary: named before this run (each claim counts its attempts), and corrected together (Holm, ${primary} of them): the intervals are not corrected, so that one may lie clear of what is claimed and the claim be undecided. All others are exploratory: of twenty, one differs by chance.`,
        ]
      : claims.length > 0
        ? ['All claims here are exploratory: of twenty, one differs by chance.']
        : []),
    ...(marks.includes('SYNTHETIC')
      ? [
          'On generated pictures a claim is a claim about the pipeline: whether an effect that was built into the generator is found.',
        ]
      : []),
  ];
}
