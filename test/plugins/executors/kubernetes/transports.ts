import { accessSync, chmodSync, constants, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { top } from '../../../cli.ts';
import { type ApiServer, CA } from './server.ts';

export type Transport = 'rest' | 'kubectl' | 'real kubectl';

const real = (process.env.PATH ?? '').split(delimiter).find((folder) => {
  try {
    accessSync(join(folder, 'kubectl'), constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

/** The recorded server by the REST of a pod, by a kubectl of these tests, and by a real one where there is one. */
export const TRANSPORTS: readonly Transport[] =
  real === undefined ? ['rest', 'kubectl'] : ['rest', 'kubectl', 'real kubectl'];

/** The environment in which an executor finds this server, and the files that it needs; `folder` is the service account's. */
export function reach(server: ApiServer, transport: Transport, folder: string): Record<string, string> {
  const { namespace, token, port } = server;
  mkdirSync(folder, { recursive: true });
  if (transport === 'rest') {
    copyFileSync(CA, join(folder, 'ca.crt'));
    writeFileSync(join(folder, 'token'), `${token}\n`);
    writeFileSync(join(folder, 'namespace'), namespace);
    return { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) };
  }
  if (transport === 'real kubectl') {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'lab', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': CA } }],
      users: [{ name: 'me', user: { token } }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'me', namespace } }],
      'current-context': 'lab',
    };
    writeFileSync(join(folder, 'config'), JSON.stringify(config));
    return { KUBERNETES_SERVICE_HOST: '', KUBECONFIG: join(folder, 'config') };
  }
  const program = join(folder, 'bin', 'kubectl');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const script = join(top, 'test', 'plugins', 'executors', 'kubernetes', 'fake-kubectl.mjs');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(program, 0o755);
  return {
    KUBERNETES_SERVICE_HOST: '',
    PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
    KUBE_PORT: String(port),
    KUBE_TOKEN: token,
    KUBE_CA: CA,
    KUBE_NAMESPACE: namespace,
    // Of each server its own: the namespace is asked once a process.
    KUBECONFIG: join(folder, 'config'),
  };
}
