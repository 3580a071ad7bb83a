import { floats } from '../backend.ts';
import { input, type WasmKernel } from './kernel.ts';

/**
 * Gradient of average pooling: dy is shared by the cells of its window that lie inside the image, as the forward pass
 * divides. tfjs' own divides by the whole window, which is wrong along padded edges.
 */
export const averagePoolGradient: WasmKernel = {
  name: 'AvgPoolGrad',
  run(call) {
    const { tf, backend, attributes } = call;
    const images = input(call, 'input');
    const { filterSize, strides, pad, dimRoundingMode } = attributes;
    const info = tf.backend_util.computePool2DInfo(
      images.shape as [number, number, number, number],
      filterSize as [number, number],
      strides as [number, number],
      1,
      pad as 'same' | 'valid',
      (dimRoundingMode ?? undefined) as 'floor' | undefined,
    );
    const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels: channels } = info;
    const { padInfo, strideHeight, strideWidth, filterHeight, filterWidth } = info;
    const output = backend.makeOutput(images.shape, 'float32');
    const dx = floats(backend, output);
    const dy = floats(backend, input(call, 'dy'));
    dx.fill(0);
    let at = 0;
    for (let image = 0; image < batchSize; image++) {
      for (let outRow = 0; outRow < outHeight; outRow++) {
        const top = outRow * strideHeight - padInfo.top;
        const firstRow = Math.max(0, top);
        const lastRow = Math.min(inHeight, top + filterHeight);
        for (let outColumn = 0; outColumn < outWidth; outColumn++, at += channels) {
          const left = outColumn * strideWidth - padInfo.left;
          const firstColumn = Math.max(0, left);
          const lastColumn = Math.min(inWidth, left + filterWidth);
          const share = 1 / ((lastRow - firstRow) * (lastColumn - firstColumn));
          for (let row = firstRow; row < lastRow; row++) {
            for (let column = firstColumn; column < lastColumn; column++) {
              const cell = ((image * inHeight + row) * inWidth + column) * channels;
              for (let c = 0; c < channels; c++) {
                dx[cell + c] = (dx[cell + c] as number) + (dy[at + c] as number) * share;
              }
            }
          }
        }
      }
    }
    return output;
  },
};
