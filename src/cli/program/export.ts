import { type Command, Option } from 'commander';
import { PARTS } from '../../runtime/export/part.ts';
import { endWith } from '../end.ts';
import { json, quiet, store } from './options.ts';

/** Commands that take a trained run elsewhere. */
export function addExportCommands(ichor: Command): void {
  ichor
    .command('export')
    .description('write the networks of a run as a file that other programs run, with a card and an example')
    .argument('<run>', 'its name, a tag, its recipe (the newest whole run as the file stands), or its folder')
    .addOption(new Option('--format <format>', 'what is written').choices(['onnx']).default('onnx'))
    .addOption(
      new Option(
        '--part <part>',
        'whole: from Hounsfield units to probabilities; backbone: from pictures; sequence: from embeddings',
      )
        .choices(PARTS)
        .default('whole'),
    )
    .option('--out <dir>', 'the folder that is made (default: RUN-onnx here, with the part behind it)')
    .option('--force', 'replace an earlier export there')
    .addOption(store())
    .addOption(json())
    .addOption(quiet())
    .action(async (run: string, options) => endWith(await (await import('../export.ts')).exportCommand(run, options)));
}
