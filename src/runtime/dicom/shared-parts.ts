import type { DicomHeader } from './header.ts';

/** Distinct parts that are remembered. A set has one or two to a series; where each file has its own nothing is shared. */
const MOST = 20_000;

/** What files of a series, or of a set, say alike. */
const TEXTS = ['study', 'series', 'patient', 'modality', 'sopClass', 'transferSyntax', 'photometric'] as const;
const PARTS = [
  'imageType',
  'orientation',
  'pixelSpacing',
  'acquisition',
  'claims',
  'pixels',
  'padding',
  'modalityTable',
  'lossy',
  'doubts',
] as const;

/**
 * Headers of which equal parts are one object: of a hundred thousand files most of the memory is what they say alike. Parts are
 * not to be written to.
 */
export class SharedParts {
  readonly #texts = new Map<string, string>();
  readonly #parts = new Map<string, unknown>();

  /** The header, its parts exchanged. */
  share(header: DicomHeader): DicomHeader {
    const texts: Partial<Pick<DicomHeader, (typeof TEXTS)[number]>> = {};
    for (const name of TEXTS) texts[name] = this.#text(header[name]);
    const parts: Record<string, unknown> = {};
    for (const name of PARTS) if (header[name] !== null) parts[name] = this.#part(name, header[name]);
    return { ...header, ...texts, ...parts };
  }

  #text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }

  #part<T>(name: string, part: T): T {
    const key = `${name} ${JSON.stringify(part)}`;
    const known = this.#parts.get(key);
    if (known !== undefined) return known as T;
    if (this.#parts.size >= MOST) this.#parts.clear();
    this.#parts.set(key, part);
    return part;
  }
}
