import { type Entry, more, SMALL } from './entry.ts';

/** Two recipes that a table may name, beside it. */
const files = {
  'one.yaml': SMALL,
  'two.yaml': more('train:\n  backbone: { epochs: 2 }\n'),
};
/** Ten generated studies, of which one validates. */
const few = (lines: string): string =>
  more(lines).replace('{ type: rsna, root: data/rsna }', '{ type: phantom, studies: 10 }');
const FIVE = 'seeds: [0, 1, 2, 3, 4]\n';
const table = (claims: readonly string[], lines = FIVE): string =>
  `table: 1\nfigures: [mean-log-loss]\n${lines}rows: [one.yaml, two.yaml]\nclaims:\n${claims.map((claim) => `  - { ${claim} }\n`).join('')}`;
const claim = (text: string, more = ''): string =>
  `claim: ${text}, row: two, than: one, figure: mean-log-loss${more === '' ? '' : `, ${more}`}`;

/** Claims of tables: their design, their margins, and what they are decided on. */
export const claims: readonly Entry[] = [
  {
    code: 'claim-design',
    severity: 'error',
    title: 'A claim does not say what is repeated, or its rows repeat something else',
    why: 'What is repeated is what a claim is about. Crossed: one data set under several network seeds, patients and seeds both taken as drawn at random. Nested: replicates (`dataSeeds`) with data and networks of their own, which only a source that generates can give. See docs/statistics.md.',
    fix: 'Write `design: crossed` with at least five `seeds`, or `design: nested` with at least five `dataSeeds`.',
    example: { recipe: table([claim('more epochs are better')]), files },
  },
  {
    code: 'claim-margin',
    severity: 'error',
    title: 'The margin of a claim cannot be what is meant',
    why: '`by` says how much better a row is, whichever way its figure gets better: below 0 it would say the opposite. `within` is the band of two that are equal, and a band of 0 is never shown.',
    fix: 'Write a margin of 0 or more, a band above 0, and one of both.',
    example: { recipe: table([claim('more epochs are better', 'design: crossed, by: -0.01')]), files },
  },
  {
    code: 'claim-family',
    severity: 'error',
    title: 'A table has more than four primary claims',
    why: 'Primary claims are corrected together (Holm), so that the chance of one wrong decision among them stays below 5 %. Each further one takes from the others what they could find.',
    fix: 'Keep those that the table was made for; without `primary` a claim is exploratory, and reported all the same.',
    example: {
      recipe: table([1, 2, 3, 4, 5].map((n) => claim(`claim ${n}`, 'design: crossed, primary: true'))),
      files,
    },
  },
  {
    code: 'claim-gate',
    severity: 'error',
    title: 'A gate that cannot be one',
    why: 'A gate ends `ichor table` with 3 where it comes out otherwise than expected. A table gates one claim by a margin (a positive control) and one of equality (a negative one): of many gates one fails by chance. Without an expectation, or on fewer than five seeds, a gate stops nothing or everything.',
    fix: 'State what is expected under the profile of the job, give its rows five seeds, and leave `gate` out of the others.',
    example: { recipe: table([claim('more epochs are better', 'design: crossed, gate: true')]), files },
  },
  {
    code: 'claim-fixed-on',
    severity: 'error',
    title: 'A margin was fixed on the runs that decide it, or nobody knows on what',
    why: 'A margin that was chosen after the runs had been seen comes out as it was made to. A primary claim, and a gate, says on which `data.seed` and seeds its margin was fixed, and none of them may be among its runs. Other seeds on the same patients are no new data.',
    fix: 'Decide the claim on other data (`dataSeeds`) and other seeds; where the margin follows from no run, say from what: `fixedOn: { reason: … }`.',
    example: {
      recipe: table([claim('more epochs are better', 'design: crossed, by: 0.01, fixedOn: { data.seed: [0] }')]),
      files,
    },
  },
  {
    code: 'claim-seeds',
    severity: 'warning',
    title: 'A claim is not decided on so few seeds',
    why: 'An interval over three trainings is as wide as any. The rule is about deciding: rows run with one seed as with ten, their differences are shown, and the claim stays `undecided (1 of 5 seeds)`.',
    fix: 'State at least five `seeds` (crossed), or five `dataSeeds` (nested).',
    example: { recipe: table([claim('more epochs are better', 'design: crossed')], ''), files },
  },
  {
    code: 'claim-no-difference',
    severity: 'warning',
    title: 'The two rows of a claim are one recipe',
    why: 'Two names of one recipe have the same runs: the difference is nought for every patient and seed, and nothing says how sure that is.',
    fix: 'Name another row, or set in one of them what the claim is about.',
    example: {
      recipe: table([claim('more epochs are better', 'design: crossed')]),
      files: { ...files, 'two.yaml': SMALL },
    },
  },
  {
    code: 'claim-patients',
    severity: 'warning',
    title: 'A claim is not decided on so few patients',
    why: 'Of one patient there is no interval, and a figure of calls (F1, AUC) takes twenty. How many validate follows from the studies that are generated, or that `data.limit` leaves, and the share of the split.',
    fix: 'Generate more studies, or give the split a larger validation side.',
    example: {
      recipe: table([claim('more epochs are better', 'design: crossed')]),
      files: {
        'one.yaml': few(''),
        'two.yaml': few('train:\n  backbone: { epochs: 2 }\n'),
      },
    },
  },
  {
    code: 'claim-band',
    severity: 'warning',
    title: 'The band of two that are equal cannot be reached',
    why: 'Equality is shown by an interval that lies within the band. Where the interval is wider than the band whatever comes out, the claim stays undecided. It is reckoned from the spread that the claim states, or from the runs that are there.',
    fix: 'Run more seeds or patients; or state a wider band before anything is run.',
    example: {
      recipe: table([
        claim('an epoch more changes nothing', 'design: crossed, within: 0.001, spread: { seeds: 0.02 }'),
      ]),
      files,
    },
  },
];
