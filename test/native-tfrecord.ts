import type { Binding } from '../src/runtime/engine/native/binding.ts';
import { CONSTANTS } from '../src/runtime/engine/native/constants.ts';
import { TensorFlowError } from '../src/runtime/engine/native/status.ts';
import { engineOf } from './engine.ts';

const { TF_STRING, TF_INT64, TF_ATTR_TYPE, TF_ATTR_STRING } = CONSTANTS;

/** More than any file of a test holds; read at once. */
const MOST_RECORDS = 1_000_000;

/**
 * The records of a TFRecord file as TensorFlow's own record reader (the op TFRecordReaderV2) gives them, through the
 * binding of the native engine; it checks lengths and CRCs. Null where that engine is not installed.
 * Throws TensorFlowError DATA_LOSS for a file that TensorFlow finds corrupt.
 */
export async function nativeReadTfRecord(file: string): Promise<Buffer[] | null> {
  const native = await engineOf('native');
  if (native === undefined) return null;
  native.engine.tf.setBackend('tensorflow');
  const { binding } = native.engine.tf.backend() as unknown as { binding: Binding };
  const made: number[] = [];
  const keep = (id: number): number => {
    made.push(id);
    return id;
  };
  const types = (name: string) => ({ name, type: TF_ATTR_TYPE, value: [TF_STRING] });
  // A name of its own: TensorFlow shares readers and queues of one name.
  const shared = { name: 'shared_name', type: TF_ATTR_STRING, value: `${file}#${Math.random()}` };
  const run = (op: string, attributes: Parameters<Binding['executeOp']>[1], inputs: number[], outputs: number) =>
    binding.executeOp(op, attributes, inputs, outputs).map(({ id }) => keep(id));
  try {
    const [reader] = run('TFRecordReaderV2', [shared], [], 1) as [number];
    const [queue] = run('FIFOQueueV2', [shared, types('component_types')], [], 1) as [number];
    const name = keep(binding.createTensor([], TF_STRING, [Uint8Array.from(Buffer.from(file))]));
    run('QueueEnqueueV2', [types('Tcomponents')], [queue, name], 0);
    run('QueueCloseV2', [], [queue], 0);
    const most = keep(binding.createTensor([], TF_INT64, Int32Array.of(MOST_RECORDS, 0)));
    const [, values] = run('ReaderReadUpToV2', [], [reader, queue, most], 2) as [number, number];
    return (binding.tensorDataSync(values) as Uint8Array[]).map((bytes) => Buffer.from(bytes));
  } catch (error) {
    // The queue of files ran empty before a record was found: there is none.
    if (error instanceof TensorFlowError && error.code === 'OUT_OF_RANGE') return [];
    throw error;
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}
