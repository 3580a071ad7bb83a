/** What the status says that a command ends with, for scripts: `ichor --help` and docs/commands.md. */
export const EXIT_STATUSES: readonly (readonly [status: string, meaning: string])[] = [
  ['0', 'done, or nothing is wrong'],
  ['1', 'it failed: a run, a row, a point, an installation'],
  ['2', 'the input is wrong: the command line, a recipe, data, a file'],
  ['3', 'a gate of a table came out other than expected'],
  ['129, 130, 143', 'interrupted: the terminal closed, Ctrl-C, SIGTERM'],
];
