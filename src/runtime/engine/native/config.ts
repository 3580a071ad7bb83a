/** How TensorFlow is to run what it is given: fields of `ConfigProto` (`tensorflow/core/protobuf/config.proto`). */
export interface RunConfig {
  /** Of one operation, and for operations at once. What stands here goes over TF_NUM_INTRAOP_THREADS, and over the processors that TensorFlow counts by itself. */
  threads: number;
  /** Of a session: whether Grappler rewrites the graph before its first run. */
  rewrite?: boolean;
  /** Of a session: whether it rewrites products and convolutions to bfloat16, where their inputs need not be exact. */
  bfloat16?: boolean;
}

/** The bytes of a `ConfigProto`. */
export function configProto({ threads, rewrite, bfloat16 = false }: RunConfig): Uint8Array {
  // intra_op_parallelism_threads, inter_op_parallelism_threads
  const pool = [...number(2, threads), ...number(5, threads)];
  if (rewrite === undefined) return Uint8Array.from(pool);
  return Uint8Array.from([
    ...pool,
    // gpu_options { allow_growth }, allow_soft_placement: for machines with a GPU; they mean nothing to others.
    ...message(6, number(4, 1)),
    ...number(7, 1),
    // graph_options { rewrite_options { … } }
    ...message(
      10,
      message(10, [
        // disable_meta_optimizer
        ...(rewrite || bfloat16 ? [] : number(19, 1)),
        // auto_mixed_precision_onednn_bfloat16: ON
        ...(bfloat16 ? number(31, 1) : []),
      ]),
    ),
  ]);
}

const number = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];

const message = (field: number, bytes: readonly number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
];

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
