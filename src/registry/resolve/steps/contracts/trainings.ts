/** The blocks of `train`, each with the fields of a training; the last one only where a recipe states it. */
export const TRAININGS = ['backbone', 'sequence', 'endToEnd'] as const;
