import { InvalidArgumentError, Option } from 'commander';
import { MOST_THREADS } from '../../registry/language/language.ts';

const MOST_JOBS = 64;

/** A whole number within bounds. */
export const wholeNumber = (low: number, high: number) => (text: string) => {
  const n = integer(text);
  if (n < low || n > high) throw new InvalidArgumentError(`It must be from ${low} to ${high}.`);
  return n;
};

/** Options that several commands take, each said in one way. */
export const set = () =>
  new Option('--set <path=value>', 'set a value of the recipe (repeatable)').argParser(collect).default([], 'none');
export const track = () =>
  new Option(
    '--track <name[=value]>',
    'follow the training with a tracker: tensorboard, tensorboard=DIR, mlflow=ADDRESS (repeatable; see ichor list tracker)',
  )
    .argParser(collect)
    .default([], 'none');
export const profile = () =>
  new Option('--profile <name>', 'put a profile of the recipe over it (repeatable)')
    .argParser(collect)
    .default([], 'none');
export const plugin = () =>
  new Option('--plugin <name>', 'with the components of this plugin, a package or ./file.ts (repeatable)')
    .argParser(collect)
    .default([], 'none');
export const pluginCode = () =>
  new Option('--no-plugin-code', 'run no code of plugins: what they publish about themselves stands for them');
export const store = () =>
  new Option('--store <dir>', 'where artifacts and runs are kept (default: .ichor in the workspace)');
export const engine = () =>
  new Option('--engine <engine>', 'what computes').choices(['auto', 'native', 'wasm']).default('auto');
const jobsOption = (description: string) => new Option('--jobs <n>', description).argParser(wholeNumber(1, MOST_JOBS));
export const jobs = () =>
  jobsOption('run so many at once, each in a process of its own: small networks leave cores idle').default(1);
export const jobsOfRun = () => jobsOption('with --on local: so many jobs at once');
export const on = () =>
  new Option(
    '--on <executor>',
    'run what is left as jobs: slurm, kubernetes, local, or one of a plugin (see ichor list executor); what is shared is made once',
  );
export const onConfig = () =>
  new Option('--on-config <file>', 'how that executor is called: executor: { type: slurm, partition: short }');
export const dryRun = () =>
  new Option(
    '--dry-run',
    'with --on: print what the executor would be given, as manifests or calls to read and edit, and submit nothing',
  ).conflicts('plan');
export const jobsPlan = () =>
  new Option('--plan', 'with --on: say which jobs would run, what each needs and takes, and run nothing');
export const threads = () =>
  new Option(
    '--threads <n>',
    'threads that the native engine computes with, also more than there are (default: engine.threads of the recipe, else all); bits are equal for equal ones only',
  ).argParser(wholeNumber(1, MOST_THREADS));
export const port = () =>
  new Option('--port <n>', 'port of its address (default: any that is free)').argParser(wholeNumber(0, 65_535));
export const eager = () =>
  new Option(
    '--eager',
    'compile no step: run operation by operation, slower, to see where something goes wrong; its results stand under keys of their own',
  );
export const exact = () =>
  new Option(
    '--exact',
    'take only artifacts that were made with the same threads and instruction set; the others are made anew beside them',
  );
export const trustSizes = () =>
  new Option(
    '--trust-sizes',
    'take a file of the same size to be the same, whatever its times: for drives that keep none',
  );
export const identityKey = () =>
  new Option(
    '--identity-key <name|file>',
    "the key of private names: a name among the user's settings, or a file; made where it is not there (default: the one of the store, else the user's own)",
  );
export const paths = () =>
  new Option(
    '--paths',
    'name the file of each slice in flagged.csv, from the root of the data (of private data what stands for it)',
  );
export const quiet = () => new Option('--quiet', 'print warnings and errors only');
export const json = () => new Option('--json', 'answer with one JSON object on standard output, errors too');
export const quietRun = () =>
  new Option('--quiet', "print warnings and errors only, and the run's name on standard output");
export const textOrJson = () =>
  new Option('--format <format>', 'how to say it').choices(['text', 'json']).default('text');
export const smoke = () => new Option('--smoke', 'go through every stage with next to no data and training');

export const format = () =>
  new Option('--format <format>', 'text: with the lines around; json: an array; github: annotations of a workflow')
    .choices(['text', 'json', 'github'])
    .default('text');

export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

export function integer(value: string): number {
  const n = Number(value);
  if (!Number.isSafeInteger(n)) throw new InvalidArgumentError('It must be a whole number.');
  return n;
}
