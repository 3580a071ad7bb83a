import { BATCH_NORM, BATCH_NORM_GRAD } from '../../ops/kernels.ts';
import { floats } from '../backend.ts';
import { crossSums, line, moments, plane } from './channels.ts';
import { input, type WasmKernel } from './kernel.ts';

/**
 * Batch norm with batch statistics in two passes over memory.
 * Outputs y, mean, population variance; then what the gradient needs: mean, 1 / sqrt(variance + epsilon), nothing.
 */
export const batchNorm: WasmKernel = {
  name: BATCH_NORM,
  run(call) {
    const { backend, attributes } = call;
    const [images, gamma, beta] = [input(call, 'x'), input(call, 'gamma'), input(call, 'beta')];
    const channels = images.shape.at(-1) ?? 1;
    const one = () => backend.makeOutput([channels], 'float32');
    const outputs = [backend.makeOutput(images.shape, 'float32'), one(), one(), one(), one(), one()] as const;
    const [y, mean, variance, savedMean, savedInverse, unused] = outputs;

    const x = floats(backend, images);
    const { means, variances } = moments(x, channels);
    const inverses = variances.map((value) => 1 / Math.sqrt(value + Number(attributes.epsilon)));
    const gammas = floats(backend, gamma);
    const betas = floats(backend, beta);
    const slopes = inverses.map((value, c) => value * (gammas[c] as number));
    const offsets = means.map((value, c) => (betas[c] as number) - value * (slopes[c] as number));
    line(x, slopes, offsets, floats(backend, y));
    floats(backend, mean).set(means);
    floats(backend, variance).set(variances);
    floats(backend, savedMean).set(means);
    floats(backend, savedInverse).set(inverses);
    floats(backend, unused).fill(0);
    return [...outputs];
  },
};

/** dx = gamma inverse (dy - mean(dy) - xhat mean(dy xhat)), dgamma = sum(dy xhat), dbeta = sum(dy). */
export const batchNormGradient: WasmKernel = {
  name: BATCH_NORM_GRAD,
  run(call) {
    const { backend } = call;
    const images = input(call, 'x');
    const channels = images.shape.at(-1) ?? 1;
    const outputs = [
      backend.makeOutput(images.shape, 'float32'),
      backend.makeOutput([channels], 'float32'),
      backend.makeOutput([channels], 'float32'),
    ] as const;
    const [dx, dgamma, dbeta] = outputs.map((output) => floats(backend, output)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const x = floats(backend, images);
    const dy = floats(backend, input(call, 'dy'));
    const gammas = floats(backend, input(call, 'gamma'));
    const means = Float64Array.from(floats(backend, input(call, 'saved1')));
    const inverses = Float64Array.from(floats(backend, input(call, 'saved2')));
    const pixels = x.length / channels;
    const { sums, products } = crossSums(dy, x, means);
    const dgammas = products.map((value, c) => value * (inverses[c] as number));
    // dx is one plane over dy and x.
    const slopes = inverses.map((value, c) => value * (gammas[c] as number));
    const tilts = slopes.map((slope, c) => (-slope * (dgammas[c] as number) * (inverses[c] as number)) / pixels);
    const offsets = slopes.map(
      (slope, c) => (-slope * (sums[c] as number)) / pixels - (tilts[c] as number) * (means[c] as number),
    );
    plane(dy, x, [slopes, tilts, offsets], dx);
    dgamma.set(dgammas);
    dbeta.set(sums);
    return [...outputs];
  },
};
