/** Of OpenCV's and TensorFlow's encoders, which the released code's tools go by: nothing else is set there. */
const QUALITY = 95;

/**
 * A picture as it comes back from a JPEG: `[size, size, channels]` bytes -> the same shape, 1 or 3 channels. Three are
 * taken for red, green and blue, and the two differences of colour are stored at half the size: windows mix, at edges most
 * of all. Only for recipes that repeat the released protocol (facts 1.6 row 8).
 */
export async function throughJpeg(image: Uint8Array, size: number, channels: number): Promise<Uint8Array> {
  if (channels !== 1 && channels !== 3) throw new RangeError(`a JPEG holds 1 or 3 channels, not ${channels}`);
  const { default: sharp } = await import('sharp');
  const raw = { width: size, height: size, channels } as const;
  const jpeg = await sharp(image, { raw }).jpeg({ quality: QUALITY, chromaSubsampling: '4:2:0' }).toBuffer();
  const colours = channels === 1 ? 'b-w' : 'srgb';
  const { data, info } = await sharp(jpeg).toColourspace(colours).raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== channels || data.length !== image.length)
    throw new TypeError(`a picture of ${channels} channels came back from its JPEG with ${info.channels}`);
  // Memory of its own: what is handed to another thread may not be part of a shared buffer.
  return Uint8Array.from(data);
}
