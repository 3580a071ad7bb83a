/** Longest key of a parameter, a metric or a tag. mlflow/utils/validation.py, MAX_ENTITY_KEY_LENGTH */
const MOST_NAME = 250;
/** MAX_TAG_VAL_LENGTH is 8000 now; older servers take 5000. */
const MOST_TAG = 5000;

/** What MLflow's pages and clients know of a run by themselves. */
export interface Tag {
  key: string;
  value: string;
}

/**
 * A name that every MLflow server takes: letters, digits, `_`, `.`, `-`, space and `/`, as a path that no shorter one stands
 * for. `backbone:fold-2` becomes `backbone.fold-2`, `patient-f1 (truth: same-rule)` `patient-f1 truth same-rule`.
 */
export function nameOf(text: string): string {
  const parts = text
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/:(?! )/g, '.')
    .replace(/[():]/g, '')
    .replace(/[^A-Za-z0-9_ ./-]/g, '_')
    .split('/')
    .filter((part) => !/^\.{0,2}$/.test(part));
  return parts.join('/').slice(0, MOST_NAME).replace(/\/$/, '') || '_';
}

/** Names for each of these, no two alike: what two have in common gets a number. In the order given, so that a name stays. */
export function namesOf(texts: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const text of texts) {
    const first = nameOf(text);
    let name = first;
    for (let n = 2; taken.has(name); n++) name = `${first.slice(0, MOST_NAME - 5)}-${n}`;
    taken.add(name);
    names.set(text, name);
  }
  return names;
}

/** At most so many characters, the last one `…` where some are missing. Never half of a character. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** A tag; null where there is nothing to say. */
export const tag = (key: string, value: string | number | null): Tag[] =>
  value === null ? [] : [{ key: nameOf(key), value: cut(String(value), MOST_TAG) }];

/**
 * Marks, and the description at the head of the run's page, in Markdown: marks come first there, since they have to stand beside
 * every number.
 */
export const markTags = (marks: readonly string[], about: string): Tag[] => [
  ...tag('ichor.marks', marks.length === 0 ? null : marks.join(', ')),
  ...tag(
    'mlflow.note.content',
    [
      ...(marks.length === 0 ? [] : [marks.map((mark) => `**${mark}**`).join(' · ')]),
      about,
      'Research use only; not a medical device.',
    ].join('\n\n'),
  ),
];

/** Batches of at most so many, and of at most so many characters of JSON. */
export function batches<T>(items: readonly T[], most: number, characters = 500_000): T[][] {
  const all: T[][] = [];
  let size = 0;
  for (const item of items) {
    const own = JSON.stringify(item).length;
    if (all.length === 0 || all.at(-1)?.length === most || size + own > characters) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(item);
    size += own;
  }
  return all;
}
