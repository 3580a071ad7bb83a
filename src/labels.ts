/** The six labels of a slice in the order of Kaggle's CSV. Labels travel by name; an order is only ever this one. */
export const LABELS = ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural', 'any'] as const;
export type Label = (typeof LABELS)[number];

/** The five types of haemorrhage; `any` is their OR. */
export const TYPES = LABELS.slice(0, 5) as readonly Exclude<Label, 'any'>[];
export const ANY = LABELS.indexOf('any');

export type SliceLabels = Readonly<Record<Label, 0 | 1>>;
