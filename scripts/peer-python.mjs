/**
 * `node scripts/peer-python.mjs`: a Python with onnx's checker, onnxruntime, pydicom and tensorboard, in the user's cache, made where it is
 * not there. Prints its path. Tests of exports and of event files run in it; without it they are skipped aloud.
 */
import { pathToFileURL } from 'node:url';
import { findPeers, foundPeers } from './bench/engine/peers.mjs';
import { main } from './script.mjs';

/** Versions that were tried together. */
const PEERS = {
  pins: ['onnx==1.23.2', 'onnxruntime==1.32.0', 'pydicom==3.0.2', 'tensorboard==2.21.0'],
  size: 'some 300 MB',
};

/** Null where none was made. */
export const peerPython = () => process.env.ICHOR_PEER_PYTHON || foundPeers(PEERS);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main(async () => {
    const { python, absent } = findPeers(PEERS, null, (text) => process.stderr.write(`${text}\n`));
    if (python !== undefined) process.stdout.write(`${python}\n`);
    else process.stderr.write(`${absent}\n`);
    return python === undefined ? 1 : 0;
  });
