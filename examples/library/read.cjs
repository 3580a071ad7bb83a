// Reads what a run has left, from CommonJS: node read.cjs RUN
const { IchorError, openRun } = require('ichor/run');

async function main([name = 'quickstart']) {
  const run = await openRun(name);
  console.log(`${run.name} (${run.state}), seed ${run.traits.seed}, stages ${Object.keys(run.artifacts).join(', ')}`);
  const metrics = await run.metrics();
  for (const [model, { component, sides }] of Object.entries(metrics.models))
    for (const [side, { figures, labelled }] of Object.entries(sides))
      console.log(`${model} (${component}), ${side}: ${figures['mean-log-loss'].value} of ${labelled.slices} slices`);
  let flagged = 0;
  for await (const { above } of run.flagged()) flagged += above.length;
  const positive = (await run.patients()).filter((row) => row.model === metrics.final && row.call);
  console.log(`${flagged} probabilities above the threshold, ${positive.length} series called positive`);
  for (const { text } of run.notices) console.log(`notice: ${text}`);
}

main(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof IchorError)) throw error;
  console.error(`${error.code}: ${error.message} ${error.hint}`);
  process.exitCode = error.exit;
});
