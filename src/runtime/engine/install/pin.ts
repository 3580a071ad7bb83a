/** What is taken out of the wheel, and what it has to be: everything is compared with this, whatever an index says. */
export interface EnginePin {
  /** The project's name on a package index. */
  project: string;
  version: string;
  /** The one file: the Python tag in its name does not matter, it is only unzipped. */
  wheel: PinnedFile;
  members: readonly (PinnedFile & { member: string })[];
}

export interface PinnedFile {
  name: string;
  bytes: number;
  sha256: string;
}

/** TensorFlow 2.17.1: the newest that writes nothing to the terminal (facts-engine 1.1, 1.2, 1.6). Linux, x86-64, glibc >= 2.17. */
export const PIN: EnginePin = {
  project: 'tensorflow-cpu',
  version: '2.17.1',
  wheel: {
    name: 'tensorflow_cpu-2.17.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    bytes: 221_239_512,
    sha256: '4935d35d15924602605c839cb6cd5a578f89f626d8736f62065fe3a089b63b6f',
  },
  members: [
    {
      member: 'tensorflow/libtensorflow_cc.so.2',
      name: 'libtensorflow_cc.so.2',
      bytes: 595_547_296,
      sha256: '104bf39aca62ecd0b059ef59b97d70965db9fdccabbc667c9ae38faeacefaf38',
    },
    {
      member: 'tensorflow/libtensorflow_framework.so.2',
      name: 'libtensorflow_framework.so.2',
      bytes: 49_535_528,
      sha256: 'ab941bd6cf1000c1938be32a57e55d69091724db47ae47f5c399656f67883307',
    },
  ],
};

/** Bytes on disk once installed. */
export function installedBytes(pin: EnginePin): number {
  return pin.members.reduce((sum, { bytes }) => sum + bytes, 0);
}
