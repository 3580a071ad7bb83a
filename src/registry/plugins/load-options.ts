import type { Registry } from '../registry.ts';

export interface LoadOptions {
  builtIn: Registry;
  /** False: no code of a plugin is run; its published schema stands for it. */
  runCode: boolean;
  cwd: string;
}
