import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Writes how many tests passed, failed and were skipped, as JSON, to the file that `TEST_COUNTS_FILE` names; does nothing
 * without that variable. A file that could not be loaded, and an error outside any test, each count as one failure.
 */
export class CountsReporter implements Reporter {
    onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
        const file = process.env['TEST_COUNTS_FILE'];
        if (file === undefined) return;
        const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
        for (const module of modules) {
            counts.failed += module.errors().length;
            for (const test of module.children.allTests()) {
                const { state } = test.result();
                if (state !== 'pending') counts[state] += 1;
            }
        }
        writeFileSync(file, JSON.stringify(counts));
    }
}
