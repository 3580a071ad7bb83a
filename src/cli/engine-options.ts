/** What a command says of what computes, as commander gives it. */
export interface EngineOptions {
  engine: 'auto' | 'native' | 'wasm';
  threads?: number;
  eager?: boolean;
  /** A file of the same size is taken to be the same. */
  trustSizes?: boolean;
}

/** As the library takes them. */
export const engineOptions = ({ engine, threads, eager, trustSizes }: EngineOptions): EngineOptions => ({
  engine,
  ...(threads === undefined ? {} : { threads }),
  ...(eager ? { eager } : {}),
  ...(trustSizes ? { trustSizes } : {}),
});
