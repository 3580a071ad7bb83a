/** A vitest reporter: writes counts and every skipped test, with its reason, to the file that ICHOR_TEST_REPORT names. */
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: 0, skipped: [] };
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') report.passed += 1;
        else if (state === 'failed') failedHere += 1;
        else
          report.skipped.push({
            file: module.relativeModuleId ?? module.moduleId,
            name: test.fullName,
            note: note ?? null,
          });
      }
      // A file that does not even load, or whose hooks fail, has no failed test: it counts as one.
      report.failed += failedHere || (module.state() === 'failed' ? 1 : 0);
    }
    report.failed += unhandledErrors.length;
    writeFileSync(process.env.ICHOR_TEST_REPORT, JSON.stringify(report));
  }
}
