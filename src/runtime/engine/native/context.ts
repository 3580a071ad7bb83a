import { configProto } from './config.ts';
import { Status } from './status.ts';
import type { Pointer, TensorFlow } from './symbols.ts';

/** TensorFlow's eager context: its devices and where tensors go. */
export interface EagerContext {
  tensorflow: TensorFlow;
  status: Status;
  pointer: Pointer;
  devices: readonly { name: string; type: string }[];
  /** Name of the GPU that tensors are copied to; null: the CPU computes. */
  gpu: string | null;
}

/**
 * @param threads that kernels compute with. TensorFlow keeps one pool of them in a process: a second context gets the first one's.
 * @throws TensorFlowError
 */
export function openContext(tensorflow: TensorFlow, threads: number): EagerContext {
  const status = new Status(tensorflow);
  const options = tensorflow.TFE_NewContextOptions();
  const config = configProto({ threads });
  tensorflow.TFE_ContextOptionsSetConfig(options, config, config.length, status.pointer);
  status.check(() => `Setting ${threads} threads`);
  const pointer = tensorflow.TFE_NewContext(options, status.pointer);
  status.check(() => 'Opening the eager context');
  tensorflow.TFE_DeleteContextOptions(options);

  const list = tensorflow.TFE_ContextListDevices(pointer, status.pointer);
  status.check(() => 'Listing the devices');
  const devices = Array.from({ length: tensorflow.TF_DeviceListCount(list) }, (_, index) => ({
    name: tensorflow.TF_DeviceListName(list, index, status.pointer),
    type: tensorflow.TF_DeviceListType(list, index, status.pointer),
  }));
  tensorflow.TF_DeleteDeviceList(list);
  const gpu = devices.filter(({ type }) => type === 'GPU').at(-1)?.name ?? null;
  return { tensorflow, status, pointer, devices, gpu };
}
