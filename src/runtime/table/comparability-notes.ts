import type { TableResults } from './results.ts';

/** Why measured figures do not stand beside the paper's: what holds for all rows once, the rest row by row. */
export function comparabilityReasons({ table, rows }: TableResults): string[] {
  if (table.paper === null) return [];
  const ofPaper = rows.flatMap(({ row, comparable }) =>
    comparable !== null && comparable.paper !== null && !comparable.comparable
      ? [{ name: row.name, reasons: comparable.reasons }]
      : [],
  );
  const shared = ofPaper[0]?.reasons.filter((reason) => ofPaper.every(({ reasons }) => reasons.includes(reason))) ?? [];
  const rest = ofPaper.flatMap(({ name, reasons }) => {
    const own = reasons.filter((reason) => !shared.includes(reason));
    return own.length > 0
      ? [`Paper: not comparable (${name})${shared.length > 0 ? ', besides' : ''}: ${own.join('; ')}.`]
      : [];
  });
  if (ofPaper.length === 0) return [];
  const all = ofPaper.map(({ name }) => name).join(', ');
  return [
    ...(shared.length > 0 ? [`Paper: not comparable (${all}): ${shared.join('; ')}.`] : []),
    ...rest,
    'Not reported: the paper prints no such figure for the row. A score on Kaggle’s private test set cannot be measured here.',
  ];
}
