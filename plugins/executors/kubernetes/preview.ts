import { resolve } from 'node:path';
import type { ExecutorJob, PreviewContext } from '../../../src/index.ts';
import { groupsOf } from './groups.ts';
import { driverManifests, driverName } from './manifests/driver.ts';
import { COMPONENT, jobManifest } from './manifests/job.ts';
import { type Remark, yamlOf } from './manifests/yaml.ts';
import type { KubernetesParams } from './params.ts';
import { liesIn } from './places.ts';

const OF_DRIVER: readonly Remark[] = [
  [/^ {2}backoffLimit:/, 'Where it is lost it is started again, and goes on with what is under way.'],
  [/action: FailJob/, 'A point failed, the input is wrong, a claim differs: the same call would end the same way.'],
  [/^ {6}serviceAccountName:/, 'It asks the cluster by this account; jobs get no token.'],
  [/^ {10}resources:/, 'It plans, asks and puts tables together; the work is in the jobs.'],
];
const OF_JOBS: readonly Remark[] = [
  [
    /^ {2}suspend:/,
    'For reading only: the selector above leaves it out, and nothing of it starts. The driver submits Jobs of its own.',
  ],
  [
    /^ {2}backoffLimitPerIndex:/,
    'What fails fails alone, and once: the driver says what is tried again, and with how much.',
  ],
  [
    /action: Ignore/,
    'A pod that has to give way, or whose node is lost, is made anew; training goes on from its checkpoint.',
  ],
  [/^ {6}activeDeadlineSeconds:/, 'minutes, or timeFactor times the estimate.'],
  [/name: ICHOR_PLACES/, 'The place that each index stands for.'],
  [/^ {10}resources:/, 'memoryGb and cpusPerTask, or by earlier runs.'],
];

/** Manifests of a driver that runs in the cluster, and of the Jobs that it would submit first. Asks no cluster. */
export async function preview(
  jobs: readonly ExecutorJob[],
  context: PreviewContext,
  params: KubernetesParams,
): Promise<string> {
  const { mountPath, claim, namespace } = params;
  const inClaim = liesIn(context.workspace, mountPath);
  const workspace = inClaim ? context.workspace : mountPath;
  const folder = liesIn(context.folder, mountPath) ? context.folder : `${workspace}/.ichor/jobs/${context.name}`;
  const there = { ...context, workspace, folder };
  const name = driverName(context.name);
  const where = namespace === null ? '' : ` --namespace ${namespace}`;
  const off = context.driver.filter((word) => isPath(word) && !liesIn(resolve(workspace, word), mountPath));
  const head = [
    `The driver of ${context.name}, as a Job that submits the others and looks after them.`,
    'Save this, change what has to be different, and:',
    `  kubectl apply${where} --selector ${COMPONENT}=driver --filename FILE`,
    `  kubectl logs${where} --follow job/${name}`,
    `Before it is run once more: kubectl delete${where} job ${name}`,
    ...(inClaim
      ? []
      : [
          `${context.workspace} does not lie in ${mountPath}: the command runs in ${workspace} of the claim ${claim}.`,
          'Put the recipe, and the file of --on-config, into that folder, under the names that the command has.',
        ]),
    ...(off.length === 0
      ? []
      : [
          `NOT ON THE CLAIM: ${off.join(', ')}. The command names ${off.length === 1 ? 'it' : 'them'}, and the driver would find nothing there:`,
          `put ${off.length === 1 ? 'it' : 'them'} below ${mountPath}, and change the command in the manifest.`,
        ]),
  ];
  const documents: string[] = [];
  for (const object of driverManifests(there, params, workspace)) documents.push(yamlOf(object, OF_DRIVER));
  const groups = groupsOf(jobs);
  const tail =
    groups.length === 0
      ? ['Which jobs there are the driver finds out: nothing is left to do, or no plan can be made without the data.']
      : [`What it submits first: ${jobs.map((job) => job.name).join(', ')}.`];
  for (const [i, group] of groups.entries()) {
    const work = { name: `${context.label}-${i + 1}`, namespace, context: there, params };
    const { spec, ...rest } = jobManifest(group, work) as { spec: object };
    documents.push(yamlOf({ ...rest, spec: { suspend: true, ...spec } }, OF_JOBS));
  }
  const first = documents.length - groups.length;
  const parts = documents.map((text, i) => (i === first ? `${commented(tail)}${text}` : text));
  const end = groups.length === 0 ? commented(tail) : '';
  return `${commented(head)}${parts.map((text) => `---\n${text}`).join('')}${end}`;
}

/** A word of a command that leads out of where it is run. */
const isPath = (word: string): boolean => word.startsWith('/') || word.split('/').includes('..');

const commented = (lines: readonly string[]): string => lines.map((line) => `# ${line}\n`).join('');
