import { commandLine } from './command-line.ts';
import { components } from './components.ts';
import { data } from './data.ts';
import { disk } from './disk.ts';
import { engine } from './engine.ts';
import type { RunEntry } from './entry.ts';
import { identities } from './identities.ts';
import { jobs } from './jobs.ts';
import { labels } from './labels.ts';
import { library } from './library.ts';
import { mlflow } from './mlflow.ts';
import { predictions } from './predictions.ts';
import { runs } from './runs.ts';
import { store } from './store.ts';
import { together } from './together.ts';
import { tracking } from './tracking.ts';
import { training } from './training.ts';
import { weights } from './weights.ts';

export interface RunGroup {
  title: string;
  entries: readonly RunEntry[];
}

/** Every code that a command gives and `ichor check` does not, by subject. */
export const RUN_CATALOGUE: readonly RunGroup[] = [
  { title: 'The data folder', entries: data },
  { title: 'Private names', entries: identities },
  { title: 'Labels and tables', entries: labels },
  { title: 'Pretrained weights', entries: weights },
  { title: 'Training', entries: training },
  { title: 'Predictions and figures', entries: predictions },
  { title: 'Engine', entries: engine },
  { title: 'Disk, files and memory', entries: disk },
  { title: 'Store and locks', entries: store },
  { title: 'Runs', entries: runs },
  { title: 'Who follows runs', entries: tracking },
  { title: 'Sweeps, tables and ensembles', entries: together },
  { title: 'Jobs on a cluster', entries: jobs },
  { title: 'What was typed', entries: commandLine },
  { title: 'Plugins and components', entries: components },
  { title: 'MLflow', entries: mlflow },
  { title: 'As a library', entries: library },
];
