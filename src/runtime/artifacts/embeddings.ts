import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { type FileHandle, open } from '../../files/fs.ts';
import { hasForm, isText, listOf } from '../../files/json.ts';
import { replaceFile } from '../../files/write.ts';
import { readCsv, writeCsv } from './csv.ts';
import { readArtifactJsonIfThere } from './json.ts';
import { type Mark, unionOfMarks } from './marks.ts';
import { layout, SafetensorsFile, type TensorPlace, writeAt } from './safetensors.ts';
import { doubtsCell, doubtsOfCell } from './series.ts';

/**
 * How a slice came to its embedding. `interpolated`: it has no pixels, the nearest slices of its series that have some
 * stand in. `absent`: no slice of its series has any; its vector is zero and nothing may use it.
 */
export type EmbeddingHow = 'embedded' | 'interpolated' | 'absent';

export interface EmbeddingRow {
  slice: string;
  how: EmbeddingHow;
  /** What makes predictions from its picture doubtful; absent where nothing does. */
  doubts?: readonly string[];
}

const EMBEDDINGS = 'embeddings.safetensors';
const ROWS = 'embeddings.csv';
const TENSOR = 'embeddings';

/** `embeddings.safetensors`: `embeddings` `[slices, width]` in the order of the index, written and read by rows. */
export class EmbeddingsFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly place: TensorPlace,
    readonly slices: number,
    readonly width: number,
  ) {}

  /** Opens a file of this shape to write into it. One that is there already keeps its rows. */
  static async create(folder: string, slices: number, width: number): Promise<EmbeddingsFile> {
    const { header, places, bytes } = layout(
      { [TENSOR]: { dtype: 'F32', shape: [slices, width] } },
      { format: 'ichor' },
    );
    const path = join(folder, EMBEDDINGS);
    const handle = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return open(path, 'w+');
      throw error;
    });
    await handle.truncate(bytes);
    await writeAt(handle, header, 0);
    return new EmbeddingsFile(handle, places.get(TENSOR) as TensorPlace, slices, width);
  }

  async write(row: number, vectors: Float32Array): Promise<void> {
    const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
    await writeAt(this.handle, bytes, this.place.begin + row * this.width * 4);
  }

  async read(row: number): Promise<Float32Array> {
    const vector = new Float32Array(this.width);
    const { bytesRead } = await this.handle.read(
      new Uint8Array(vector.buffer),
      0,
      this.width * 4,
      this.place.begin + row * this.width * 4,
    );
    if (bytesRead !== this.width * 4) throw new Error(`${EMBEDDINGS}: row ${row} is not there`);
    return vector;
  }

  sync(): Promise<void> {
    return this.handle.sync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

export async function writeEmbeddingRows(folder: string, rows: readonly EmbeddingRow[]): Promise<void> {
  await writeCsv(join(folder, ROWS), ['slice', 'how', 'doubtful'], rows, ({ slice, how, doubts }) => [
    slice,
    how,
    doubtsCell(doubts ?? []),
  ]);
}

const MARKS = 'trained-on.json';

/** What stands on the vectors: what the network that made them was trained on, and started from. */
export async function writeEmbeddingMarks(folder: string, marks: readonly Mark[]): Promise<void> {
  await replaceFile(join(folder, MARKS), `${JSON.stringify({ marks })}\n`);
}

/** None where an earlier version of ichor made the artifact. */
export async function readEmbeddingMarks(folder: string): Promise<Mark[]> {
  const found = await readArtifactJsonIfThere<{ marks: string[] }>(folder, MARKS, hasForm({ marks: listOf(isText) }));
  return unionOfMarks(found?.marks ?? []);
}

/** A finished embed artifact. Vectors are read by rows: all of RSNA's would fill 4.6 GB. */
export interface EmbeddingReader {
  readonly width: number;
  /** In the order of the index. */
  readonly rows: readonly EmbeddingRow[];
  /** Rows `from` to `to` (exclusive), `[to - from, width]`. */
  read(from: number, to: number): Promise<Float32Array>;
  close(): Promise<void>;
}

export async function openEmbeddings(folder: string): Promise<EmbeddingReader> {
  const rows: EmbeddingRow[] = [];
  // Those of earlier versions have no column for doubts.
  for await (const { slice = '', how, doubtful = '' } of readCsv(join(folder, ROWS), ['slice', 'how']))
    rows.push({
      slice,
      how: how as EmbeddingHow,
      ...(doubtful === '' ? {} : { doubts: doubtsOfCell(doubtful) }),
    });
  return { rows, ...(await openVectors(folder, rows.length, `${ROWS} names`)) };
}

/**
 * The vectors alone, of a range of slices or of all.
 * @param said who says how many there are
 * @throws IchorError `embeddings-unreadable` where there are not so many
 */
export async function openVectors(
  folder: string,
  slices: number,
  said = 'its range has',
): Promise<Pick<EmbeddingReader, 'width' | 'read' | 'close'>> {
  const file = await SafetensorsFile.open(join(folder, EMBEDDINGS));
  const [count, width] = file.places.get(TENSOR)?.shape ?? [];
  if (count !== slices || width === undefined) {
    await file.close();
    throw new IchorError(
      'embeddings-unreadable',
      `${join(folder, EMBEDDINGS)} holds ${count ?? 'no'} vectors, ${said} ${slices} slices.`,
      `Delete the folder ${folder}; the next run makes it again.`,
    );
  }
  return {
    width,
    read: async (from, to) => (await file.read(TENSOR, from, to)) as Float32Array,
    close: () => file.close(),
  };
}
