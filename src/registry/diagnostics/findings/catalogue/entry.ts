/** What there is to say about one code: a page of docs/diagnostics. Data only, and never loaded by a command. */
export interface Entry {
  code: string;
  /** The code's severity; `error` with `thrown` is an IchorError, which ends the command by itself. */
  severity: 'error' | 'warning' | 'note';
  title: string;
  /** What happened, and why it is a finding. */
  why: string;
  /** What to do about it. */
  fix: string;
  example: Example;
}

/** A folder with a recipe.yaml and what else it takes. `ichor check recipe.yaml` in it gives the code: a test holds it to that. */
export interface Example {
  /** recipe.yaml. Absent: there is none. */
  recipe?: string;
  /** Other files by their names. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  set?: readonly string[];
  profile?: readonly string[];
  track?: readonly string[];
  noPluginCode?: true;
  /** Another command than check: those that say what kind of file it is not, and one that asks for a value. */
  command?: 'run' | 'sweep' | 'table' | 'explain';
  /** What follows the recipe on the command line. */
  argument?: string;
  env?: Readonly<Record<string, string>>;
  /** Stands in the page in the place of a file that nobody wants to read. */
  shown?: string;
  /** Codes that this example gives besides its own, in any order. */
  besides?: readonly string[];
}

/** The smallest recipe that says what it has to. Each example is this one with one thing wrong. */
export const SMALL = `recipe: 1
data:
  source: { type: rsna, root: data/rsna }
windows:
  brain: { level: 40, width: 80 }
channels: [brain]
backbone: small-cnn
`;

/** SMALL with this in the place of that, pair by pair. */
export function small(...changes: readonly (readonly [that: string, by: string])[]): string {
  return changes.reduce((text, [that, by]) => {
    if (!text.includes(that)) throw new Error(`The small recipe has no ${that}`);
    return text.replace(that, () => by);
  }, SMALL);
}

/** SMALL with these lines at its end. */
export const more = (lines: string): string => `${SMALL}${lines}`;
