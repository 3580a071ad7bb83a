export type Severity = 'error' | 'warning' | 'note';

/** One finding about a recipe. A user's mistake is always one of these, never a stack trace. */
export interface Diagnostic {
  /** Permanent, in kebab case: `unknown-key`. */
  code: string;
  severity: Severity;
  /** Absolute path of the file, or `--set` for a value from the command line. */
  file: string;
  /** 1-based; 0 where a place has no line (the file does not exist). */
  line: number;
  column: number;
  /** Path of the value in the recipe: `backbone.width`, `augment[1].shift`. */
  path: string;
  message: string;
  hint?: string;
}
