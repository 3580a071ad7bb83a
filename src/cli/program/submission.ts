import type { Command } from 'commander';
import { endWith } from '../end.ts';
import { json, textOrJson } from './options.ts';

/** Commands about what is sent to Kaggle. */
export function addSubmissionCommands(ichor: Command): void {
  const submission = ichor.command('submission').description('files for Kaggle: whether it would take them');
  submission
    .command('check')
    .description(
      'say whether Kaggle would take a submission.csv: header, ids, duplicates, probabilities, each fault with its lines',
    )
    .argument('<file>', 'a CSV with the columns ID and Label')
    .option('--sample <file>', "the competition's sample submission: its ids have to be there, each once and no other")
    .addOption(textOrJson())
    .addOption(json())
    .action(async (file: string, options) =>
      endWith(await (await import('../submission.ts')).submissionCheckCommand(file, options)),
    );
}
