import { defineExecutor, Type } from '../../../src/index.ts';
import { cancel } from './cancel.ts';
import { collect } from './collect.ts';
import { poll } from './poll.ts';
import { preview } from './preview.ts';
import { submit } from './submit.ts';

const name = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Null()], { default: null, description });

// A name first: of what stands in an `export default` tsc leaves the endings of imports as they are.
const slurm = defineExecutor({
  name: 'slurm',
  version: 1,
  summary: 'Job arrays of Slurm: the store lies on a drive that its nodes share.',
  params: Type.Object({
    partition: name('Partition; null: the one that is the default there.'),
    account: name('Account that is charged.'),
    qos: name('Quality of service.'),
    constraint: name('Features that a node must have: avx512.'),
    modules: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Modules that a job loads first: [nodejs/22].',
    }),
    prologue: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Lines of shell before a job: module use, export.',
    }),
    container: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Words before the command of a job: [apptainer, exec, --bind, /data, node-22.sif].',
    }),
    sbatch: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Further options of sbatch: [--exclude=n7].',
    }),
  }),
  contract: () => ({ dependencies: true, queues: true, survives: true }),
  submit,
  poll,
  cancel,
  collect,
  preview,
});

export default slurm;
