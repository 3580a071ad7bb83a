import { IchorError } from '../../../errors.ts';

/** What cannot be said with ONNX's operators. `what` is a clause: `the layer smooth uses tf.image.cropAndResize`. */
export const noForm = (component: string, what: string, hint?: string): IchorError =>
  new IchorError(
    'export-no-form',
    `${component} cannot be exported: ${what}.`,
    hint ?? 'Export the part that does not hold it (--part backbone, --part sequence), or predict with ichor.',
    2,
  );
