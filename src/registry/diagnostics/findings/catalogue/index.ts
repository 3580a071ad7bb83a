import { budget } from './budget.ts';
import { claims } from './claims.ts';
import { commandLine } from './command-line.ts';
import { contracts } from './contracts.ts';
import { contrast } from './contrast.ts';
import { endToEnd } from './end-to-end.ts';
import type { Entry } from './entry.ts';
import { files } from './files.ts';
import { language } from './language.ts';
import { plugins } from './plugins.ts';
import { syntax } from './syntax.ts';
import { tables } from './tables.ts';
import { training } from './training.ts';
import { values } from './values.ts';

export interface Group {
  title: string;
  entries: readonly Entry[];
}

/** Every code that `ichor check` can give, by subject. */
export const CATALOGUE: readonly Group[] = [
  { title: 'Keys, values and components', entries: values },
  { title: 'Does it fit', entries: contracts },
  { title: 'The text of a recipe', entries: syntax },
  { title: 'Files', entries: files },
  { title: 'Command line and profiles', entries: commandLine },
  { title: 'References, lists and sweeps', entries: language },
  { title: 'How much is trained', entries: budget },
  { title: 'Which weights train', entries: training },
  { title: 'Both networks as one', entries: endToEnd },
  { title: 'Contrasts', entries: contrast },
  { title: 'Tables', entries: tables },
  { title: 'Claims of tables', entries: claims },
  { title: 'Plugins', entries: plugins },
];
