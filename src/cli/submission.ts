import {
  checkSubmission,
  FAULTS,
  type FaultFound,
  type SubmissionCheck,
} from '../runtime/submission/check-submission.ts';
import { asCalled } from './called.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';

export interface SubmissionOptions {
  sample?: string;
  format: 'text' | 'json';
  json?: boolean;
}

/** `ichor submission check FILE`: 0 where nothing is wrong, 2 else. */
export async function submissionCheckCommand(file: string, options: SubmissionOptions): Promise<number> {
  const found = await checkSubmission(file, options.sample ?? null);
  if (options.json) return printJson({ file, ...found }, found.faults.length === 0 ? 0 : 2);
  const text =
    options.format === 'json'
      ? JSON.stringify({ file, ...found }, null, 2)
      : checkText(file, found, options.sample ?? null);
  process.stdout.write(`${text}\n`);
  return found.faults.length === 0 ? 0 : 2;
}

function checkText(file: string, { rows, expected, faults }: SubmissionCheck, sample: string | null): string {
  const counted = `${rows.toLocaleString('en-GB')} rows`;
  const against =
    expected === null
      ? 'form only: --sample FILE compares its ids with the sample submission'
      : `against ${expected.toLocaleString('en-GB')} ids of ${sample}`;
  // The form alone does not say that: ids may still be missing.
  const taken = expected === null ? '' : '. Kaggle would take it.';
  if (faults.length === 0) return `${paint.green('sound')} ${file}: ${counted}, ${against}${taken}`;
  const total = faults.reduce((sum, { count }) => sum + count, 0);
  return [
    ...faults.map((fault) => faultText(file, fault, sample)),
    `${total.toLocaleString('en-GB')} ${total === 1 ? 'fault' : 'faults'} in ${counted}, ${against}`,
    `${paint.red('faulty')} ${file}: Kaggle would refuse it.`,
  ].join('\n\n');
}

function faultText(file: string, { fault, count, examples, hint }: FaultFound, sample: string | null): string {
  const where = fault === 'missing' ? sample : file;
  const more = count - examples.length;
  return [
    `${paint.red(fault)} ${FAULTS[fault]}: ${count.toLocaleString('en-GB')} times`.replace(/: 1 times$/, ': once'),
    ...examples.map(({ line, text }) => `  ${where}:${line}: ${text}`),
    ...(more > 0 ? [`  and ${more.toLocaleString('en-GB')} more`] : []),
    ...(hint === undefined ? [] : [`  ${asCalled(hint)}`]),
  ].join('\n');
}
