import { LEAST } from '../../statistics/limits.ts';
import { decimals } from '../evaluate/shown.ts';
import type { ComparedCell, ComparedFigure, Comparison } from './comparison.ts';

/** `A`, `B`: what a run is called in tables, whose names may be long. */
export const letter = (place: number): string => String.fromCharCode(65 + place);

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${decimals(Math.abs(value))}`;

/** `−0.0123 [−0.0200, −0.0046]`; empty where there is no difference to show. */
export function differenceText({ difference, patients }: ComparedCell): string {
  if (difference === null) return '';
  const { value, interval } = difference;
  if (interval === null || interval.low === null || interval.high === null || patients < LEAST.patientsOfCalls)
    return signed(value);
  return `${signed(value)} [${signed(interval.low)}, ${signed(interval.high)}]`;
}

/** `better` or `worse` than the first run, where the whole interval says so; empty else. */
export function verdict({ better }: Pick<ComparedFigure, 'better'>, cell: ComparedCell): 'better' | 'worse' | '' {
  const { low = null, high = null } = cell.difference?.interval ?? {};
  if (low === null || high === null || cell.patients < LEAST.patientsOfCalls || (low <= 0 && high >= 0)) return '';
  return high < 0 === (better === 'lower') ? 'better' : 'worse';
}

/** `sequence (bi-lstm), validation: 640 slices of 22 patients` */
export function judgedText({ judged }: Comparison['runs'][number]): string {
  if (judged === null) return 'no figures';
  const { model, component, side, counts } = judged;
  const many = (n: number, unit: string) => `${n.toLocaleString('en-GB')} ${unit}${n === 1 ? '' : 's'}`;
  return `${model === 'backbone' ? 'base' : model} (${component}), ${side}: ${many(counts.slices, 'slice')} of ${many(counts.patients, 'patient')}`;
}

/** What differences are, and what they are not: under the figures. */
export function differenceNotes({ runs, draws, figures }: Comparison): string[] {
  const compared = figures.some(({ of }) => of.some((cell) => cell?.difference));
  return [
    ...(compared
      ? [
          'Differences are from run A, over the same slices.',
          ...(draws === null
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
