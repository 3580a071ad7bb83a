import { LEAST } from '../../statistics/limits.ts';
import { decimals } from '../evaluate/shown.ts';
import type { ComparedCell, ComparedFigure, Comparison } from './comparison.ts';

/** `A`, `B`: what a run is called in tables, whose names may be long. */
export const letter = (place: number): string => String.fromCharCode(65 + place);

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${decimals(Math.abs(value))}`;

/** Whether an interval stands beside a difference: it would say nothing of so few patients. */
const hasInterval = ({ difference, patients }: ComparedCell): boolean => {
  const { low = null, high = null } = difference?.interval ?? {};
  return low !== null && high !== null && patients >= LEAST.patientsOfCalls;
};

/** `−0.0123 [−0.0200, −0.0046]`; empty where there is no difference to show. */
export function differenceText(cell: ComparedCell): string {
  if (cell.difference === null) return '';
  const { value, interval } = cell.difference;
  if (!hasInterval(cell)) return signed(value);
  return `${signed(value)} [${signed(interval?.low as number)}, ${signed(interval?.high as number)}]`;
}

/** `better` or `worse` than the first run, where the whole interval says so; empty else. */
export function verdict({ better }: Pick<ComparedFigure, 'better'>, cell: ComparedCell): 'better' | 'worse' | '' {
  const { low = null, high = null } = cell.difference?.interval ?? {};
  if (!hasInterval(cell) || low === null || high === null || (low <= 0 && high >= 0)) return '';
  return high < 0 === (better === 'lower') ? 'better' : 'worse';
}

/** `sequence (bi-lstm), validation: 640 slices of 22 patients` */
export function judgedText({ judged }: Comparison['runs'][number]): string {
  if (judged === null) return 'no figures';
  const { model, component, side, counts } = judged;
  const many = (n: number, unit: string) => `${n.toLocaleString('en-GB')} ${unit}${n === 1 ? '' : 's'}`;
  return `${model === 'backbone' ? 'base' : model} (${component}), ${side}: ${many(counts.slices, 'slice')} of ${many(counts.patients, 'patient')}`;
}

/** In place of values that differ, where there are none: that there are none, and where components are others all the same. */
export function sameRecipesText({ facts }: Pick<Comparison, 'facts'>): string {
  const others = facts.flatMap(({ name, component }) =>
    component === undefined ? [] : [name === component ? `version of ${name}` : name],
  );
  return others.length === 0
    ? 'The recipes resolve to the same.'
    : `The recipes say the same, and what they name is not the same: ${others.join(', ')}.`;
}

/** What differences are, and what they are not: under the figures. */
export function differenceNotes({ runs, draws, figures }: Comparison): string[] {
  const compared = figures.flatMap(({ of }) => of.filter((cell) => cell?.difference)) as ComparedCell[];
  const few = Math.min(...compared.map(({ patients }) => patients));
  return [
    ...(compared.length > 0
      ? [
          'Differences are from run A, over the same slices.',
          ...(few < LEAST.patientsOfCalls
            ? [
                `No interval stands beside a difference on ${few === 1 ? 'a single patient' : `${few} patients`}: on fewer than ${LEAST.patientsOfCalls} it would say nothing, and neither is one better or worse.`,
              ]
            : []),
          ...(draws === null || !compared.some(hasInterval)
            ? []
            : [
                `In brackets: 95 % interval by patient, from ${draws.toLocaleString('en-GB')} draws of the patients, the same for all runs. It says nothing about another training: of each recipe this is one, and another seed gives other figures. Better and worse stand where the whole interval says so; of twenty intervals one does by chance. What several seeds say together is the claim of a table.`,
              ]),
        ]
      : []),
    ...runs.flatMap(({ apart }, place) =>
      apart === null ? [] : [`No difference between A and ${letter(place)}: ${apart}`],
    ),
  ];
}

/** `A, B and D are one line.`: runs that share a network; null where none do. */
export function sharedText(of: Comparison['curves'][number]['of']): string | null {
  const groups = new Map<string, string[]>();
  of.forEach((points, place) => {
    if (points.length === 0) return;
    const line = JSON.stringify(points);
    groups.set(line, [...(groups.get(line) ?? []), letter(place)]);
  });
  const shared = [...groups.values()].filter((letters) => letters.length > 1);
  if (shared.length === 0) return null;
  return shared.map((letters) => `${letters.slice(0, -1).join(', ')} and ${letters.at(-1)} are one line.`).join(' ');
}
