import { calibrationSection } from './calibration-section.ts';
import { calls } from './calls.ts';
import { confusionSection } from './confusion-section.ts';
import { curvesSection } from './curves-section.ts';
import { definitions } from './definitions.ts';
import { leads, tiles } from './headline.ts';
import { html } from './html.ts';
import { ledgerSection } from './ledger-section.ts';
import { membersSection } from './members-section.ts';
import { noticesBlock } from './notices-block.ts';
import { provenance } from './provenance.ts';
import type { RunData } from './read-run.ts';
import { recipeNotes } from './recipe-notes.ts';
import { recipeSection } from './recipe-section.ts';
import { results } from './results.ts';
import type { Section } from './section.ts';
import { seriesSection } from './series.ts';
import { renderShell } from './shell.ts';
import { training } from './training.ts';
import { VIEWER_SCRIPT } from './viewer/script.ts';
import { calibrationClause } from './wording.ts';
import { worstSection } from './worst-section.ts';

/** The whole page. The same run gives the same bytes. */
export async function renderPage(data: RunData): Promise<string> {
  const sections = [
    results(data),
    membersSection(data),
    calibrationSection(data),
    await curvesSection(data),
    confusionSection(data),
    await training(data),
    await seriesSection(data),
    await worstSection(data),
    calls(data),
    ledgerSection(data),
    provenance(data),
    recipeSection(data),
    definitions(data),
  ].filter((section): section is Section => section !== null);
  return renderShell({
    kind: 'run report',
    name: data.recipe.name,
    marks: data.marks,
    calibrated: data.calibrated === null ? null : calibrationClause(data.calibrated),
    verdicts: data.verdicts,
    leads: leads(data),
    top: html`${noticesBlock(data)}${tiles(data)}${recipeNotes(data)}`,
    sections,
    version: data.page.versions.ichor ?? null,
    script: data.heatMaps === null || data.shards === null ? null : VIEWER_SCRIPT,
  });
}
