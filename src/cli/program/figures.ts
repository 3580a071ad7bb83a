import { type Command, Option } from 'commander';
import { endWith } from '../end.ts';
import { identityKey, json, profile, quiet, set, store, wholeNumber } from './options.ts';

const file = () => new Option('--file <file>', 'a DICOM file (default: a phantom, generated for the figure)');
const slice = () =>
  new Option('--slice <slice>', 'a slice of the recipe’s source: its id in slices.csv, or its path below the root');

/** Commands that draw. */
export function addFigureCommands(ichor: Command): void {
  const figure = ichor.command('figure').description('draw the paper’s figures from a recipe, as SVG or PNG on white');
  figure
    .command('windows')
    .description('figures 1 and 2: one slice through each window, and as the channels compose it')
    .argument('<recipe>', 'a recipe file')
    .addOption(file())
    .addOption(slice())
    .option('--out <file>', 'an .svg or a .png (default: figures/NAME-windows.svg in the store)')
    .addOption(profile())
    .addOption(set())
    .addOption(store())
    .addOption(identityKey())
    .addOption(quiet())
    .addOption(json())
    .action(async (recipe: string, options) =>
      endWith(await (await import('../figure.ts')).windowsCommand(recipe, options)),
    );
  figure
    .command('augmentations')
    .description('one slice as each augmentation of the recipe changes it, and as all of them do in training')
    .argument('<recipe>', 'a recipe file')
    .option('--all', 'each augmentation that there is, with its defaults')
    .addOption(new Option('--draws <count>', 'how often each is drawn').argParser(wholeNumber(1, 12)).default(3))
    .addOption(file())
    .addOption(slice())
    .option('--out <file>', 'an .svg or a .png (default: figures/NAME-augmentations.svg in the store)')
    .addOption(profile())
    .addOption(set())
    .addOption(store())
    .addOption(identityKey())
    .addOption(quiet())
    .addOption(json())
    .action(async (recipe: string, options) =>
      endWith(await (await import('../figure.ts')).augmentationsCommand(recipe, options)),
    );
  figure
    .command('architecture')
    .description('figure 3: the networks of the resolved recipe, with their real sizes; needs no engine and no data')
    .argument('<recipe>', 'a recipe file')
    .option('--out <file>', 'an .svg or a .png (default: figures/NAME-architecture.svg in the store)')
    .addOption(profile())
    .addOption(set())
    .addOption(store())
    .option('--smoke', 'the networks that a smoke run trains: from scratch, and marked SMOKE')
    .addOption(quiet())
    .addOption(json())
    .action(async (recipe: string, options) =>
      endWith(await (await import('../figure.ts')).architectureCommand(recipe, options)),
    );
}
