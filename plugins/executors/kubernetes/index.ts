import { defineExecutor } from '../../../src/index.ts';
import { cancel } from './cancel.ts';
import { collect } from './collect.ts';
import { PARAMS } from './params.ts';
import { poll } from './poll.ts';
import { preview } from './preview.ts';
import { submit } from './submit.ts';

// A name first: of what stands in an `export default` tsc leaves the endings of imports as they are.
const kubernetes = defineExecutor({
  name: 'kubernetes',
  version: 1,
  summary: 'Indexed Jobs of Kubernetes from 1.29: the store lies on a claim that all pods write to.',
  params: PARAMS,
  contract: () => ({ dependencies: false, queues: true, survives: true }),
  submit,
  poll,
  cancel,
  collect,
  preview,
});

export default kubernetes;
