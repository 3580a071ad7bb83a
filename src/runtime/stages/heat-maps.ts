import { LABELS } from '../../labels.ts';
import { type HeatMaps, writeHeatMaps } from '../artifacts/heat-maps.ts';
import { openShards } from '../artifacts/shards.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readWeights } from '../artifacts/weights.ts';
import type { Stage, StageContext } from '../stage.ts';
import { channelWindows } from '../train/channel-windows.ts';
import { choose } from '../train/components.ts';
import { backboneOf } from '../train/crossfit.ts';
import { heatMapStep, mapShape } from '../train/heat-map.ts';
import { chunkTensor, imageChunks, readableRows } from '../train/image-chunks.ts';
import { asState, floats } from '../train/names.ts';
import { backboneNetwork } from '../train/network.ts';
import { inputFolder } from './inputs.ts';

/**
 * heat-maps: what in a slice speaks for each label, as the base network sees it (Grad-CAM), of every slice of the series that the
 * page shows. Only where the recipe asks for it (`evaluation.heatMaps`).
 */
export const heatMapsStage: Stage = {
  name: 'heat-maps',
  version: 1,
  engine: true,
  async run(context) {
    await writeHeatMaps(context.folder, await heatMaps(context));
    return { stage: 'heat-maps', leftOut: [], notes: [] };
  },
};

async function heatMaps(context: StageContext): Promise<HeatMaps> {
  const { recipe, registry, signal, progress } = context;
  const index = await readSlices(inputFolder(context, 'index'));
  const shown = await shownSeries(context);
  const reader = await openShards(inputFolder(context, 'shards'));
  try {
    const { component, params } = choose(registry, 'backbone', backboneOf(recipe, { place: 0, fold: null }));
    const image = {
      size: reader.size,
      channels: reader.channels.length,
      windows: channelWindows(recipe, registry),
    };
    const shape = mapShape(component, params, image);
    const network = backboneNetwork(component, params, image);
    const wanted = readableRows(index, reader).map((one, row) => one && shown.has(index[row]?.series ?? ''));
    const chunks = imageChunks(index, wanted, reader.size);
    const total = wanted.filter(Boolean).length;
    const cells = shape.height * shape.width * LABELS.length;
    const of = new Map<string, Float32Array>();
    await progress(0, total, 'slices');
    const engine = await context.engine();
    const state = engine.state(asState(await readWeights(inputFolder(context, 'backbone'))), 'inference');
    const step = engine.compile(heatMapStep(engine, network, shape), state);
    try {
      for (const rows of chunks) {
        signal.throwIfAborted();
        const maps = floats(await step.run({ images: await chunkTensor(reader, index, rows) }), 'maps');
        for (const [place, row] of rows.entries())
          of.set(index[row]?.slice as string, maps.slice(place * cells, (place + 1) * cells));
        await progress(of.size, total, 'slices');
      }
    } finally {
      step.dispose();
      state.dispose();
    }
    return { height: shape.height, width: shape.width, of };
  } finally {
    await reader.close();
  }
}

/** The series that the page will show: chosen by what was predicted and judged. */
async function shownSeries(context: StageContext): Promise<ReadonlySet<string>> {
  const [{ readRun }, { chooseSeries }] = await Promise.all([
    import('../report/read-run.ts'),
    import('../report/choose-series.ts'),
  ]);
  const data = await readRun(context);
  try {
    const slices = data.final === null ? [] : (data.predictions.get(data.final) ?? []);
    return new Set(chooseSeries(data.patients, slices, data.judged.side).chosen.map(({ call }) => call.series));
  } finally {
    await data.shards?.close();
  }
}
