import { configProto, type RunConfig } from '../config.ts';
import { Status, TensorFlowError } from '../status.ts';
import type { Output, Pointer } from '../symbols.ts';
import { type Graph, packOutputs } from './graph.ts';

/** What one run of a session is asked for. Tensors are `TF_Tensor`s of the caller's. */
export interface SessionCall {
  feeds: readonly (readonly [Output, Pointer])[];
  fetches: readonly Output[];
  /** Operations that must have run when it ends. */
  targets: readonly Pointer[];
}

/** A `TF_Session`: runs parts of a graph, on threads of its own. Operations that are added later it finds by itself. */
export class Session {
  readonly #pointer: Pointer;
  /** Memory that calls in flight read and write: it must neither move nor go. */
  readonly #inFlight = new Set<object>();
  /** Wall time that was spent inside of it, seconds. */
  seconds = 0;

  /** @throws TensorFlowError */
  constructor(
    readonly graph: Graph,
    config: Required<RunConfig>,
  ) {
    const { tensorflow, status } = graph;
    const options = tensorflow.TF_NewSessionOptions();
    try {
      const proto = configProto(config);
      tensorflow.TF_SetConfig(options, proto, proto.length, status.pointer);
      status.check(() => 'Configuring a session');
      this.#pointer = tensorflow.TF_NewSession(graph.pointer, options, status.pointer);
      status.check(() => 'Opening a session');
    } finally {
      tensorflow.TF_DeleteSessionOptions(options);
    }
  }

  /**
   * Runs, while JavaScript goes on. Gives the fetches' `TF_Tensor`s, which the caller deletes.
   * @throws TensorFlowError
   */
  async run({ feeds, fetches, targets }: SessionCall): Promise<Pointer[]> {
    const { tensorflow } = this.graph;
    // A call in flight has a status of its own: others may be made meanwhile.
    const status = new Status(tensorflow);
    const results = new BigUint64Array(Math.max(1, fetches.length));
    const given = {
      results,
      inputs: packOutputs(feeds.map(([output]) => output)),
      values: BigUint64Array.from(feeds.length > 0 ? feeds.map(([, tensor]) => BigInt(tensor)) : [0n]),
      outputs: packOutputs(fetches),
      targets: BigUint64Array.from(targets.length > 0 ? targets.map(BigInt) : [0n]),
    };
    this.#inFlight.add(given);
    const began = performance.now();
    try {
      await new Promise<void>((resolve, reject) => {
        tensorflow.TF_SessionRun.async(
          this.#pointer,
          null,
          given.inputs,
          given.values,
          feeds.length,
          given.outputs,
          results,
          fetches.length,
          given.targets,
          targets.length,
          null,
          status.pointer,
          (error) => (error ? reject(error) : resolve()),
        );
      });
      status.check(() => 'Running a session');
      return Array.from(results.subarray(0, fetches.length));
    } finally {
      this.seconds += (performance.now() - began) / 1000;
      this.#inFlight.delete(given);
      status.delete();
    }
  }

  /** The same for what takes no time: JavaScript waits for it. */
  runNow(fetches: readonly Output[]): Pointer[] {
    const { tensorflow, status } = this.graph;
    const results = new BigUint64Array(fetches.length);
    const none = BigUint64Array.of(0n);
    const outputs = packOutputs(fetches);
    tensorflow.TF_SessionRun(
      this.#pointer,
      null,
      none,
      none,
      0,
      outputs,
      results,
      fetches.length,
      none,
      0,
      null,
      status.pointer,
    );
    status.check(() => 'Running a session');
    return Array.from(results);
  }

  /** Waits for nothing: no run may be in flight. */
  delete(): void {
    const { tensorflow, status } = this.graph;
    tensorflow.TF_CloseSession(this.#pointer, status.pointer);
    tensorflow.TF_DeleteSession(this.#pointer, status.pointer);
    try {
      status.check(() => 'Closing a session');
    } catch (error) {
      // What it held is gone either way.
      if (!(error instanceof TensorFlowError)) throw error;
    }
  }
}
