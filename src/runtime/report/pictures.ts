import type { ShardReader } from '../artifacts/shards.ts';

/** Larger pictures are made smaller: a page of a few MB opens at once. */
const LARGEST = 256;

/** One slice as the network sees it: a grey PNG for each channel, as data URLs, in the order of the channels. */
export async function pictures(shards: ShardReader, slice: string): Promise<{ channel: string; url: string }[]> {
  const { default: sharp } = await import('sharp');
  const { size, channels } = shards;
  const bytes = await shards.read([slice]);
  return Promise.all(
    channels.map(async (channel, c) => {
      const grey = Buffer.alloc(size * size);
      for (let i = 0; i < grey.length; i++) grey[i] = bytes[i * channels.length + c]!;
      let image = sharp(grey, { raw: { width: size, height: size, channels: 1 } });
      if (size > LARGEST) image = image.resize(LARGEST, LARGEST);
      const png = await image.toColourspace('b-w').png({ compressionLevel: 9 }).toBuffer();
      return { channel, url: `data:image/png;base64,${png.toString('base64')}` };
    }),
  );
}
