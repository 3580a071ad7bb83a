export interface TestOptions {
  /**
   * Values of parameters, over their defaults: those that have none (a window's level and width), and others that the
   * test should run with.
   */
  params?: Readonly<Record<string, unknown>>;
  /**
   * Values under which the component is small: what computes (gradients of a large network, a source that generates)
   * runs with these on top of `params`; shapes, contract and ranges are checked without them.
   */
  small?: Readonly<Record<string, unknown>>;
  /** What computes. `wasm` works everywhere, without set-up; `native` where `ichor engine install` was run. */
  engine?: 'wasm' | 'native';
  /** Sources that do not generate: a folder that they can open, absolute. Left out: what needs files is skipped. */
  root?: string;
}

/** What was checked, for a test runner to show. */
export interface TestReport {
  kind: string;
  name: string;
  /** What computed: `tfjs-wasm 4.22.0`; null where nothing had to. */
  engine: string | null;
  /** Names of the checks that ran, in their order. All of them passed. */
  checked: readonly string[];
  /** Checks that did not run, each with what it would take. */
  skipped: readonly string[];
}
