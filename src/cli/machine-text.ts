import type { Plan } from '../library/index.ts';
import { machineText as textOf } from '../runtime/machine.ts';

/** `, 2 threads avx512`; empty where no stage runs a model. */
export function machineText({ threads, isa, oneDnn }: Plan['machine']): string {
  return threads === undefined || isa === undefined
    ? ''
    : `, ${textOf({ threads, isa, ...(oneDnn === undefined ? {} : { oneDnn }) })}`;
}
