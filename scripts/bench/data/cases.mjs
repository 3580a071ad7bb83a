// What is measured, and the bars.
const atMost = (must, aim, more = {}) => ({ must, aim, atMost: true, ...more });
const atLeast = (must, aim) => ({ must, aim });

export const CASES = {
  sample: {
    kind: 'sample',
    rows: {
      cpu: {
        what: 'index and shards of the RSNA sample, three windows, 224², two workers: processor time without start-up, by that of pydicom, NumPy and OpenCV in two processes',
        bar: atMost(0.5, 0.25),
      },
      wall: {
        what: 'the same: how many times faster by the clock, two workers against two processes',
        bar: atLeast(2, 3.5),
      },
    },
  },
  many: {
    kind: 'many',
    few: 10_000,
    many: 100_000,
    rows: {
      first: { what: '100,000 made-up files: first index', unit: 's', bar: atMost(120, 60, { exact: true }) },
      memory: { what: 'the same: peak memory', unit: 'MB', bar: atMost(500, undefined, { exact: true }) },
      again: { what: 'the same once more, nothing changed', unit: 's', bar: atMost(5, 2, { exact: true }) },
      time: { what: 'time of a file, 100,000 by 10,000', bar: atMost(1.2, 1.05) },
      growth: { what: 'memory that each further file takes', unit: 'kB' },
    },
  },
  codecs: {
    kind: 'codecs',
    rows: {
      rle: { what: 'RLE, a frame', syntaxes: ['1.2.840.10008.1.2.5'], bar: atLeast(1, 2) },
      lossless: {
        what: 'JPEG lossless, a frame',
        syntaxes: ['1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70'],
        bar: atLeast(0.7, 1),
      },
      jpeg2000: {
        what: 'JPEG 2000, a frame',
        syntaxes: ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91'],
        bar: atLeast(0.4, 0.7),
      },
    },
  },
};
