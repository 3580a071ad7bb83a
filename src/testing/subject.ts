import type { ComponentOf } from '../registry/kinds/component.ts';
import type { Kind } from '../registry/kinds/kind.ts';
import type { Bench } from './bench.ts';
import type { Case } from './boundaries.ts';
import type { Findings } from './findings.ts';

/** A component under test: one function a kind takes it. */
export interface Subject<K extends Kind> {
  component: ComponentOf<K>;
  findings: Findings;
  /** With defaults and what the author stated. */
  base: Case;
  /** The same made small: for what computes. */
  small: Case;
  /** Each end of each parameter's range, alone on top of `base`. */
  boundaries: readonly Case[];
  /** Opens the engine: only where something has to be computed. */
  bench(): Promise<Bench>;
  /** Sources: a folder that they can open. */
  root: string | undefined;
}

/** The parameters of a case for a component's functions: they were validated against its own schema. */
export const paramsOf = ({ params }: Case) => params as never;
