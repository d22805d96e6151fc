import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What went wrong, to be told once more at the end of all suites: where it is, and the errors with their stacks. */
interface Failure {
    name: string;
    errors: string[];
}

/**
 * Writes how many tests passed, failed and were skipped, and what failed, as JSON, to the file that `TEST_COUNTS_FILE` names;
 * does nothing without that variable. A file that could not be loaded, and an error outside any test, each count as one failure.
 */
export class CountsReporter implements Reporter {
    onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
        const file = process.env['TEST_COUNTS_FILE'];
        if (file === undefined) return;
        const counts = { passed: 0, failed: 0, skipped: 0 };
        const failures: Failure[] = unhandledErrors.map((error) => failure('outside of all tests', [error]));
        for (const module of modules) {
            failures.push(...module.errors().map((error) => failure(module.relativeModuleId, [error])));
            for (const test of module.children.allTests()) {
                const { state, errors } = test.result();
                if (state !== 'pending') counts[state] += 1;
                if (state === 'failed') failures.push(failure(`${module.relativeModuleId} > ${test.fullName}`, errors));
            }
        }
        counts.failed = failures.length;
        writeFileSync(file, JSON.stringify({ ...counts, failures }));
    }
}

function failure(name: string, errors: readonly SerializedError[]): Failure {
    return { name, errors: errors.map(inShort) };
}

/** The message, the difference if there is one, and those lines of the stack that are not of the test runner. */
function inShort({ message, diff, stack }: SerializedError): string {
    const places = stack?.split('\n').filter((line) => /^ +at /.test(line) && !line.includes('node_modules'));
    return stripVTControlCharacters([message, diff, ...(places ?? [])].filter(Boolean).join('\n'));
}
