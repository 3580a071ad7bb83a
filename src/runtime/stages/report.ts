import { join } from 'node:path';
import { writeFile } from '../../files/fs.ts';
import type { Stage } from '../stage.ts';

/** report: one page that stands alone. Reads every artifact of the run and runs no model. */
export const reportStage: Stage = {
  name: 'report',
  version: 7,
  engine: false,
  async run(context) {
    await context.progress(0, 1, 'pages');
    // A page's forty modules are no part of the start of other stages.
    const [{ readRun }, { renderPage }] = await Promise.all([
      import('../report/read-run.ts'),
      import('../report/page.ts'),
    ]);
    const data = await readRun(context);
    try {
      await writeFile(join(context.folder, 'report.html'), await renderPage(data));
    } finally {
      await data.shards?.close();
    }
    await context.progress(1, 1, 'pages');
    return { stage: 'report', leftOut: [], notes: [] };
  },
};
