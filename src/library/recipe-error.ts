import { IchorError } from '../errors.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';

/** The error of a recipe that is not in order (`recipe-invalid`) says all that is wrong with it. */
export interface RecipeError extends IchorError {
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that they point into, by their paths. */
  readonly sources: ReadonlyMap<string, string>;
}

/** The error, with what was found. */
export const withFindings = (
  error: IchorError,
  { diagnostics, sources }: Pick<RecipeError, 'diagnostics' | 'sources'>,
): RecipeError => Object.assign(error, { diagnostics, sources });

/** Whether an error says what is wrong with a recipe, finding by finding. */
export const isRecipeError = (error: unknown): error is RecipeError =>
  error instanceof IchorError && 'diagnostics' in error && 'sources' in error;
