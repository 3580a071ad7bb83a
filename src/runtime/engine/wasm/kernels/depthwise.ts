import type { TensorInfo } from '../../tfjs.ts';
import { floats } from '../backend.ts';
import { input, type KernelCall, type WasmKernel } from './kernel.ts';

type Size4 = [number, number, number, number];
type Info = ReturnType<typeof depthwiseInfo>;

/**
 * Gradients of a depthwise convolution, which tfjs' WASM backend lacks: plain loops, channels innermost as they lie. A
 * channel meets only its own window, so that there is no product of matrices to gain from.
 */
export const depthwiseInputGradient: WasmKernel = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  run(call) {
    const { backend } = call;
    const filter = input(call, 'filter');
    const info = depthwiseInfo(call, call.attributes.inputShape as number[], filter);
    const output = backend.makeOutput(info.inShape, 'float32');
    const dx = floats(backend, output);
    const dy = floats(backend, input(call, 'dy'));
    const weights = floats(backend, filter);
    dx.fill(0);
    eachTap(info, (cell, tap, at) => {
      for (let c = 0; c < info.inChannels; c++) {
        dx[cell + c] = (dx[cell + c] as number) + (dy[at + c] as number) * (weights[tap + c] as number);
      }
    });
    return output;
  },
};

export const depthwiseFilterGradient: WasmKernel = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  run(call) {
    const { backend } = call;
    const images = input(call, 'x');
    const shape = call.attributes.filterShape as number[];
    const info = depthwiseInfo(call, images.shape, { shape });
    const output = backend.makeOutput(shape, 'float32');
    const x = floats(backend, images);
    const dy = floats(backend, input(call, 'dy'));
    // A sum over all pixels of a batch: in double precision.
    const sums = new Float64Array(info.filterHeight * info.filterWidth * info.inChannels);
    eachTap(info, (cell, tap, at) => {
      for (let c = 0; c < info.inChannels; c++) {
        sums[tap + c] = (sums[tap + c] as number) + (x[cell + c] as number) * (dy[at + c] as number);
      }
    });
    floats(backend, output).set(sums);
    return output;
  },
};

/** Where one tap of the window meets a pixel inside of the image: offsets of the pixel, the tap and the output, channel 0. */
function eachTap(info: Info, visit: (cell: number, tap: number, at: number) => void): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  let at = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * strideHeight - padInfo.top;
      for (let outColumn = 0; outColumn < outWidth; outColumn++, at += channels) {
        const left = outColumn * strideWidth - padInfo.left;
        const lastRow = Math.min(filterHeight, inHeight - top);
        const lastColumn = Math.min(filterWidth, inWidth - left);
        for (let row = Math.max(0, -top); row < lastRow; row++) {
          const start = (image * inHeight + top + row) * inWidth + left;
          for (let column = Math.max(0, -left); column < lastColumn; column++) {
            visit((start + column) * channels, (row * filterWidth + column) * channels, at);
          }
        }
      }
    }
  }
}

function depthwiseInfo({ tf, attributes }: KernelCall, inputShape: number[], filter: Pick<TensorInfo, 'shape'>) {
  if (filter.shape[3] !== 1)
    throw new Error(`A depthwise convolution has one filter a channel, not ${filter.shape[3]}.`);
  const { strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(
    inputShape as Size4,
    filter.shape as Size4,
    strides as number | [number, number],
    1,
    pad as 'same' | 'valid' | number,
    (dimRoundingMode ?? undefined) as 'floor' | undefined,
    true,
  );
}
