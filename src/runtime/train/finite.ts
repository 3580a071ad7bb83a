import type { HostTensors } from '../engine/engine.ts';

/** The name of a tensor that holds a NaN or an infinity; null where all are numbers. */
export function notFinite(state: HostTensors): string | null {
  for (const [name, { dtype, data }] of Object.entries(state)) {
    if (dtype !== 'float32') continue;
    // Of NaN and of infinities it is NaN: a loop over some hundred million values.
    for (let i = 0; i < data.length; i++) if ((data[i] as number) - (data[i] as number) !== 0) return name;
  }
  return null;
}
