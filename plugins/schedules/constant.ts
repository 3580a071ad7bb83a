import { defineSchedule, Type } from '../../src/index.ts';

export default defineSchedule({
  name: 'constant',
  version: 1,
  summary: 'The learning rate stays what it is, as in the paper.',
  params: Type.Object({}),
  contract: () => ({}),
  factor: () => 1,
});
