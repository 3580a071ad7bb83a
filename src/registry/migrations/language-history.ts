import type { Migration } from '../kinds/migration.ts';

/** How what recipes say changed with the language itself: keys are paths from the recipe's top; a new name is that of the last part alone. */
export interface LanguageHistory {
  /** What `recipe:` states today. */
  version: number;
  migrations: readonly Migration[];
}

export const LANGUAGE_HISTORY: LanguageHistory = { version: 1, migrations: [] };
