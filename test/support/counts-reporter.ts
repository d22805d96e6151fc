import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** A failed test or file, and its errors with their stacks. The summary of all suites repeats it. */
interface Failure {
    name: string;
    errors: string[];
}

/**
 * Writes the counts of passed, failed and skipped tests and the failures, as JSON, to the file in the variable `TEST_COUNTS_FILE`.
 * Without that variable, it does nothing. A file that cannot be loaded and an error outside all tests count as one failure each.
 */
export class CountsReporter implements Reporter {
    onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
        const file = process.env['TEST_COUNTS_FILE'];
        if (file === undefined) return;
        const counts = { passed: 0, failed: 0, skipped: 0 };
        const failures: Failure[] = unhandledErrors.map((error) => createFailure('outside of all tests', [error]));
        for (const module of modules) {
            failures.push(...module.errors().map((error) => createFailure(module.relativeModuleId, [error])));
            for (const test of module.children.allTests()) {
                const { state, errors } = test.result();
                if (state !== 'pending') counts[state] += 1;
                if (state === 'failed')
                    failures.push(createFailure(`${module.relativeModuleId} > ${test.fullName}`, errors));
            }
        }
        counts.failed = failures.length;
        writeFileSync(file, JSON.stringify({ ...counts, failures }));
    }
}

function createFailure(name: string, errors: readonly SerializedError[]): Failure {
    return { name, errors: errors.map(formatError) };
}

/** Returns the message, the diff if there is one, and the lines of the stack outside of the test runner. */
function formatError({ message, diff, stack }: SerializedError): string {
    const frames = stack?.split('\n').filter((line) => /^ +at /.test(line) && !line.includes('node_modules'));
    return stripVTControlCharacters([message, diff, ...(frames ?? [])].filter(Boolean).join('\n'));
}
