/** In which order and under which heading commands stand in `ichor --help` and in docs/commands.md. */
export interface CommandGroup {
  title: string;
  /** First words of commands: `runs` stands for `runs list` and `runs show`. */
  commands: readonly string[];
}

export const CONTENTS: readonly CommandGroup[] = [
  { title: 'Recipes', commands: ['init', 'check', 'explain', 'diff', 'figure', 'migrate'] },
  { title: 'Running', commands: ['plan', 'run', 'predict', 'evaluate', 'ensemble'] },
  { title: 'Looking at runs', commands: ['watch', 'runs', 'track', 'export', 'submission'] },
  { title: 'Tables and sweeps', commands: ['table', 'sweep', 'jobs'] },
  { title: 'Components', commands: ['list', 'describe', 'new', 'schema'] },
  { title: 'Data', commands: ['data'] },
  { title: 'Store', commands: ['store'] },
  { title: 'Weights', commands: ['weights'] },
  { title: 'Engine', commands: ['engine'] },
];
