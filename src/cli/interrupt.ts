let status: number | null = null;

/** 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP, null where nobody interrupted. */
export function interruption(): number | null {
  return status;
}

/** Aborts at the first signal, so that the run can stop at a point that loses nothing; a second one ends at once. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  const on = (signal: NodeJS.Signals, code: number, also: () => void = () => {}) =>
    process.on(signal, () => {
      if (status !== null) process.exit(code);
      status = code;
      also();
      controller.abort(new Error(`interrupted by ${signal}`));
    });
  on('SIGINT', 130);
  on('SIGTERM', 143);
  on('SIGHUP', 129, ignoreLostTerminal);
  return controller.signal;
}

/** The terminal is gone, and what is written to it fails (EIO): that must not end the run before it has put its things away. */
function ignoreLostTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', () => {});
  }
}
