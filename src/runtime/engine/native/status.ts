import type { Pointer, TensorFlow } from './symbols.ts';

/** TF_Code by number (`tensorflow/c/tf_status.h`). */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** What TensorFlow said, with its code. `out of range` also marks the end of a dataset. */
export class TensorFlowError extends Error {
  override readonly name = 'TensorFlowError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * One TF_Status for all synchronous calls: TensorFlow resets it at the start of each of them.
 * An asynchronous call in flight would need one of its own.
 */
export class Status {
  readonly pointer: Pointer;
  constructor(private readonly tensorflow: TensorFlow) {
    this.pointer = tensorflow.TF_NewStatus();
  }

  /** @throws TensorFlowError where the last call failed; `what` says what was tried, and is only asked then. */
  check(what: () => string): void {
    const code = this.tensorflow.TF_GetCode(this.pointer);
    if (code === 0) return;
    const name = CODES[code] ?? `code ${code}`;
    // Before `what`, which may itself call TensorFlow.
    // TensorFlow's own hint, where it has one, is for those who write its graphs.
    const message = this.tensorflow.TF_Message(this.pointer).split('\nHint:')[0]?.trim();
    throw new TensorFlowError(name, `${what()}: ${message} (${name})`);
  }
  delete(): void {
    this.tensorflow.TF_DeleteStatus(this.pointer);
  }
}
