import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './support/counts-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
    root,
    test: {
        // Most of the time of a unit's tests would be that of starting a process for each file. What is the runtime's has to do
        // with the globals of its thread.
        projects: [
            { extends: true, test: { name: 'units', include: ['test/unit/!(runtime)/**/*.test.ts'], isolate: false } },
            {
                extends: true,
                test: {
                    name: 'whole',
                    include: [
                        'test/{contract,integration,fuzz,house,unit/runtime}/**/*.test.ts',
                        // Those in its folders start many processes, or need a terminal or a browser.
                        'test/e2e/*.test.ts',
                    ],
                },
            },
        ],
        // Processes and not threads: what a test does to threads, exit codes and signals stays its own.
        pool: 'forks',
        // However many processors there are: what is measured of threads and memory is to be the same everywhere.
        maxWorkers: 2,
        // Against what never ends, not against what takes its time on a machine that has too much to do. Those that look for
        // counterexamples may be told to look longer; see `test/fuzz/README.md`.
        testTimeout: 60_000 * Math.max(1, Number(process.env['GREENROOM_FUZZ'] ?? 1)),
        hookTimeout: 60_000,
        reporters: ['default', new CountsReporter()],
        restoreMocks: true,
    },
});
