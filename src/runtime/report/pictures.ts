import type { Sharp } from 'sharp';
import type { ShardReader } from '../artifacts/shards.ts';

/** Larger pictures are made smaller: a page of a few MB opens at once. */
const LARGEST = 256;

/** One slice as the network sees it: a grey picture for each channel, in the order of the channels. */
async function greyOf(shards: ShardReader, slice: string): Promise<Sharp[]> {
  const { default: sharp } = await import('sharp');
  const { size, channels } = shards;
  const bytes = await shards.read([slice]);
  return channels.map((_, c) => {
    const grey = Buffer.alloc(size * size);
    for (let i = 0; i < grey.length; i++) grey[i] = bytes[i * channels.length + c]!;
    const image = sharp(grey, { raw: { width: size, height: size, channels: 1 } });
    return size > LARGEST ? image.resize(LARGEST, LARGEST) : image;
  });
}

/** One slice as the network sees it: a PNG for each channel, as data URLs. */
export async function pictures(shards: ShardReader, slice: string): Promise<{ channel: string; url: string }[]> {
  const images = await greyOf(shards, slice);
  return Promise.all(
    images.map(async (grey, c) => {
      const png = await grey.toColourspace('b-w').png({ compressionLevel: 9 }).toBuffer();
      return { channel: shards.channels[c] as string, url: `data:image/png;base64,${png.toString('base64')}` };
    }),
  );
}

/** The same for a viewer, which has many of them: compressed, a tenth as large. In the order of the channels. */
export async function slicePictures(shards: ShardReader, slice: string): Promise<string[]> {
  const images = await greyOf(shards, slice);
  return Promise.all(
    images.map(async (grey) => {
      const webp = await grey.toColourspace('b-w').webp({ quality: 85 }).toBuffer();
      return `data:image/webp;base64,${webp.toString('base64')}`;
    }),
  );
}
