let status: number | null = null;

/** 130 after SIGINT, 143 after SIGTERM, null where nobody interrupted. */
export function interruption(): number | null {
  return status;
}

/** Aborts at the first signal, so that the run can stop at a point that loses nothing; a second one ends at once. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  const on = (signal: NodeJS.Signals, code: number) =>
    process.on(signal, () => {
      if (status !== null) process.exit(code);
      status = code;
      controller.abort(new Error(`interrupted by ${signal}`));
    });
  on('SIGINT', 130);
  on('SIGTERM', 143);
  return controller.signal;
}
