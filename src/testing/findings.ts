import { IchorError } from '../errors.ts';

/** Adds a problem: one sentence or two that tell the author what to do. */
export type Report = (sentence: string) => void;

/** What a test of a component has checked so far, and what it found. */
export interface Findings {
  readonly checked: readonly string[];
  readonly skipped: readonly string[];
  readonly problems: readonly string[];
  /**
   * Runs one check. An error that it throws is a problem like any other, so that others can still run. Gives true where
   * nothing was found: what builds on a check that failed would only say it again in other words.
   */
  check(name: string, work: (problem: Report) => void | Promise<void>): Promise<boolean>;
  /** Names a check that did not run, and what it would take. */
  skip(name: string, why: string): void;
}

/** Problems of one check: more of them say nothing new. */
const MOST = 5;

export function createFindings(): Findings {
  const [checked, skipped, problems]: [string[], string[], string[]] = [[], [], []];
  const said = new Set<string>();
  return {
    checked,
    skipped,
    problems,
    skip: (name, why) => void skipped.push(`${name}: ${why}`),
    async check(name, work) {
      const found: string[] = [];
      try {
        await work((sentence) => {
          if (!found.includes(sentence)) found.push(sentence);
        });
      } catch (error) {
        found.push(thrown(error));
      }
      checked.push(name);
      // One fault (a tensor that stays, a function that throws) often shows in several checks: said once.
      const fresh = found.filter((sentence) => !said.has(sentence));
      for (const sentence of fresh) said.add(sentence);
      for (const sentence of fresh.slice(0, MOST)) problems.push(`${name}: ${sentence}`);
      if (fresh.length > MOST) problems.push(`${name}: and ${fresh.length - MOST} more of this kind.`);
      return found.length === 0;
    },
  };
}

/** What an error says, with the place in the author's code where it arose. */
export function thrown(error: unknown): string {
  if (error instanceof IchorError) return [error.message, error.hint].filter(Boolean).join(' ');
  if (!(error instanceof Error)) return `it threw ${JSON.stringify(error)}, which is no Error; throw an IchorError.`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  // Of the author's own code, where that is on the way.
  const place = frames.find((line) => !/node_modules|node:/.test(line)) ?? frames[0];
  return `it threw ${error.name}: ${error.message}${place ? ` (${place.trim()})` : ''}. Correct what throws; a mistake of a recipe is an IchorError.`;
}
