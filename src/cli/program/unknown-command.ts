import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';

/** What other tools call what ours do. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  train: 'run',
  fit: 'run',
  resume: 'run',
  start: 'run',
  infer: 'predict',
  inference: 'predict',
  evaluate: 'run',
  validate: 'check',
  lint: 'check',
  dryrun: 'plan',
  show: 'runs',
  ls: 'runs',
};

/** `ichor rn`: names the command that was probably meant. Exit 2. */
export function unknownCommand(word: string, commands: readonly string[]): IchorError {
  // Known words first: `train` is near `track`, and means something else.
  const meant = ELSEWHERE[word.toLowerCase().replaceAll(/[-_]/g, '')] ?? nearest(word, commands);
  const recipe = /\.ya?ml$/i.test(word) ? `To run a recipe: ichor run ${word}` : null;
  return new IchorError(
    'unknown-command',
    `There is no command \`ichor ${word}\`.`,
    recipe ??
      (meant === null ? 'All commands: ichor --help' : `Did you mean \`ichor ${meant}\`? All commands: ichor --help`),
    2,
  );
}
