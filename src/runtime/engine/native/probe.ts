import { threadsOf } from '../../machine.ts';
import { loadContext } from './load.ts';

/** What TensorFlow itself says of its version and the machine's GPUs, without the kernels of TensorFlow.js. */
export async function probeDevices(path: string): Promise<{ version: string; gpus: string[] }> {
  const { tensorflow, devices } = await loadContext(path, threadsOf('native'));
  return {
    version: tensorflow.TF_Version(),
    gpus: devices.filter(({ type }) => type === 'GPU').map(({ name }) => name),
  };
}
