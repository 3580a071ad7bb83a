import type { ExecutorJob, PreviewContext } from '../../../src/index.ts';
import { quoted } from '../quoted.ts';
import type { SlurmParams } from './params.ts';
import { script } from './script.ts';
import { arraysOf } from './submit.ts';

/** What a cluster takes that says nothing else. */
const LONGEST = 1001;

/** The calls of sbatch that `submit` makes, each with its script on standard input, as a shell would. Asks no controller. */
export async function preview(
  jobs: readonly ExecutorJob[],
  context: PreviewContext,
  params: SlurmParams,
): Promise<string> {
  const ids = new Map<number, string>();
  const parts: string[] = [];
  for (const { level, first, options } of arraysOf(jobs, context, params, LONGEST, ids)) {
    const name = `array${parts.length + 1}`;
    for (const { place } of level) ids.set(place, `\${${name}}_${place - first}`);
    const words = ['sbatch', ...options].map((word) => (word.includes('${array') ? `"${word}"` : quoted(word)));
    parts.push(
      `# ${level.map((job) => job.name).join(', ')}\n${name}=$(${words.join(' ')} <<'END'\n${script(context, params, first)}END\n)\n`,
    );
  }
  const head = [
    `What --on slurm submits for ${context.name}, each array after those that it needs have ended.`,
    `Arrays are no longer than the cluster takes; ${LONGEST} is taken for that here (scontrol show config: MaxArraySize).`,
    'For reading: the jobs look for their list in the store, which the command itself writes.',
  ];
  return `${head.map((line) => `# ${line}\n`).join('')}${parts.map((part) => `\n${part}`).join('')}`;
}
