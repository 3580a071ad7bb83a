import { createRequire } from 'node:module';
import { Undecodable } from './undecodable.ts';

/** What the decoders of `@cornerstonejs/codec-*` have in common. */
export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned?: boolean };
  delete(): void;
}

type Factory = (options: {
  print(text: string): void;
  printErr(text: string): void;
}) => Promise<Record<string, unknown> & { HEAPU8?: Uint8Array }>;

/** Beyond so much memory an instance is thrown away after a picture: WebAssembly never gives any back. Bytes. */
const MOST_KEPT = 128 * 1024 * 1024;

/** One module of a codec in WebAssembly, loaded when it is first needed, and anew after it failed. */
export class WasmCodec {
  #made: Promise<{ decoder: new () => WasmDecoder; memory(): number }> | null = null;

  constructor(
    readonly module: string,
    readonly decoderName: string,
    readonly title: string,
  ) {}

  /** Decodes a codestream whose size was looked at before. Throws Undecodable, whatever becomes of the module. */
  async decode<T>(codestream: Uint8Array, read: (decoder: WasmDecoder) => T): Promise<T> {
    this.#made ??= this.#load();
    const { decoder: Decoder, memory } = await this.#made.catch((error: unknown) => {
      this.#made = null;
      throw error;
    });
    try {
      const decoder = new Decoder();
      decoder.getEncodedBuffer(codestream.length).set(codestream);
      decoder.decode();
      const result = read(decoder);
      decoder.delete();
      if (memory() > MOST_KEPT) this.#made = null;
      return result;
    } catch (error) {
      // After an abort, and after an exception in C++, nobody knows what is left of its memory.
      this.#made = null;
      if (error instanceof Undecodable) throw error;
      throw new Undecodable(`cannot be decoded (${this.title})`, { cause: error });
    }
  }

  async #load(): Promise<{ decoder: new () => WasmDecoder; memory(): number }> {
    const loaded = createRequire(import.meta.url)(this.module) as Factory | { default: Factory };
    const factory = typeof loaded === 'function' ? loaded : loaded.default;
    // What codecs print of a damaged file is for nobody: that it failed is told by its reason.
    const module = await factory({ print: () => {}, printErr: () => {} });
    const decoder = module[this.decoderName] as new () => WasmDecoder;
    return { decoder, memory: () => module.HEAPU8?.length ?? 0 };
  }
}
