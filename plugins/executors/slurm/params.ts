import type { ExecutorCommon } from '../../../src/index.ts';

export interface SlurmParams extends ExecutorCommon {
  partition: string | null;
  account: string | null;
  qos: string | null;
  constraint: string | null;
  modules: string[];
  prologue: string[];
  container: string[];
  sbatch: string[];
}
