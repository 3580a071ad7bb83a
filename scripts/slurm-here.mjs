/**
 * A Slurm of this machine's own for tests: a controller and two nodes, with Debian's slurm-wlm and munge, all of it in one folder.
 *
 *   node scripts/slurm-here.mjs start FOLDER    prints SLURM_CONF=…
 *   node scripts/slurm-here.mjs stop FOLDER
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const NODES = ['n1', 'n2'];
/** The kernel holds jobs to their memory: by its first form of control groups, which needs no systemd. */
const CGROUPS = ['memory', 'freezer'].every((name) => canWrite(`/sys/fs/cgroup/${name}`));
const PATIENCE_MS = 30_000;
/** Debian keeps daemons where the path of a user does not lead. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** Why there can be no Slurm here; null where there can. */
export function whyNoSlurm() {
  // Jobs of a controller that is not root's run as its own user; munge asks for folders of root's.
  if (process.platform !== 'linux') return 'it is no Linux';
  if (userInfo().uid !== 0) return 'only root starts it';
  const missing = ['slurmctld', 'slurmd', 'munged', 'sbatch'].filter((name) => !isThere(name));
  return missing.length === 0 ? null : `${missing.join(', ')} is not installed (apt-get install slurm-wlm munge)`;
}

function canWrite(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function isThere(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts it, and waits until both nodes take jobs.
 * @returns {Promise<Record<string, string>>} what its programs need in their environment
 */
export async function startSlurm(folder) {
  const root = resolve(folder);
  mkdirSync(join(root, 'state'), { recursive: true });
  const at = (name) => join(root, name);
  writeFileSync(at('munge.key'), randomBytes(1024));
  chmodSync(at('munge.key'), 0o600);
  const munge = ['socket', 'pid-file', 'log-file', 'seed-file'].map((what) => `--${what}=${at(`munge.${what}`)}`);
  call('munged', [`--key-file=${at('munge.key')}`, ...munge, '--force']);
  if (CGROUPS)
    writeFileSync(
      at('cgroup.conf'),
      'CgroupPlugin=cgroup/v1\nConstrainRAMSpace=yes\nConstrainSwapSpace=yes\nAllowedSwapSpace=0\n',
    );
  writeFileSync(at('slurm.conf'), configOf(root, await freePorts(1 + NODES.length)));
  const own = { SLURM_CONF: at('slurm.conf') };
  call('slurmctld', ['-f', own.SLURM_CONF], own);
  for (const node of NODES) call('slurmd', ['-f', own.SLURM_CONF, '-N', node], own);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const states = call('sinfo', ['--noheader', '--Node', '--format=%N %t'], own, false).trim().split('\n');
    if (states.filter((line) => / idle$/.test(line)).length === NODES.length) return own;
    if (performance.now() > until) {
      stopSlurm(root);
      throw new Error(`Its nodes do not begin: ${states.join(', ')}`);
    }
    await sleep(100);
  }
}

/** Ends what `startSlurm` has started in this folder, and nothing else; the folder stays. */
export function stopSlurm(folder) {
  const root = resolve(folder);
  for (const name of [...NODES.map((node) => `slurmd-${node}.pid`), 'slurmctld.pid', 'munge.pid-file']) {
    const file = join(root, name);
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    // The pid of a daemon that has ended may be another's by now.
    if (pid > 0 && isOf(pid, root)) process.kill(pid, 'SIGTERM');
  }
}

function isOf(pid, root) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root);
  } catch {
    return false;
  }
}

function call(program, words, more = {}, strict = true) {
  try {
    return execFileSync(program, words, {
      env: { ...env, ...more },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    if (strict) throw new Error(`${program}: ${error.stderr || error.message}`);
    return String(error.stderr);
  }
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done, failed) => {
          const server = createServer();
          server.once('error', failed).listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Each node counts two processors, whatever the machine has: they share it. */
const configOf = (root, [controller, ...ports]) =>
  [
    'ClusterName=here',
    'SlurmctldHost=localhost(127.0.0.1)',
    `SlurmctldPort=${controller}`,
    'AuthType=auth/munge',
    'CryptoType=crypto/munge',
    `AuthInfo=socket=${join(root, 'munge.socket')}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    `StateSaveLocation=${join(root, 'state')}`,
    `SlurmdSpoolDir=${join(root, 'spool-%n')}`,
    `SlurmctldPidFile=${join(root, 'slurmctld.pid')}`,
    `SlurmdPidFile=${join(root, 'slurmd-%n.pid')}`,
    `SlurmctldLogFile=${join(root, 'slurmctld.log')}`,
    `SlurmdLogFile=${join(root, 'slurmd-%n.log')}`,
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU_Memory',
    ...(CGROUPS
      ? ['ProctrackType=proctrack/cgroup', 'TaskPlugin=task/cgroup']
      : // Looked at every second, in the place of a limit of the kernel's.
        [
          'ProctrackType=proctrack/linuxproc',
          'TaskPlugin=task/none',
          'JobAcctGatherType=jobacct_gather/linux',
          'JobAcctGatherFrequency=task=1',
          'JobAcctGatherParams=OverMemoryKill',
        ]),
    'SchedulerType=sched/backfill',
    'SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=100000,batch_sched_delay=0',
    'SlurmdParameters=config_overrides',
    'ReturnToService=2',
    'MailProg=/bin/true',
    'KillWait=5',
    'MpiDefault=none',
    'SwitchType=switch/none',
    ...NODES.map(
      (node, i) =>
        `NodeName=${node} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=2 RealMemory=8000 State=UNKNOWN`,
    ),
    'PartitionName=work Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
    '',
  ].join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , what, folder] = process.argv;
  const why = what === 'start' ? whyNoSlurm() : null;
  if (folder === undefined || !['start', 'stop'].includes(what)) {
    process.stderr.write('node scripts/slurm-here.mjs start|stop FOLDER\n');
    process.exitCode = 2;
  } else if (why !== null) {
    process.stderr.write(`There is no Slurm here: ${why}\n`);
    process.exitCode = 1;
  } else if (what === 'stop') stopSlurm(folder);
  else for (const [name, value] of Object.entries(await startSlurm(folder))) process.stdout.write(`${name}=${value}\n`);
}
