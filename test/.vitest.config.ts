import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './support/counts-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
    root,
    test: {
        include: ['test/{unit,contract,integration,house}/**/*.test.ts'],
        // Processes and not threads: what a test does to threads, exit codes and signals stays its own.
        pool: 'forks',
        // Two, however many processors there are: what is measured of threads and memory is to be the same everywhere.
        maxWorkers: 2,
        testTimeout: 20_000,
        hookTimeout: 20_000,
        reporters: ['default', new CountsReporter()],
        restoreMocks: true,
    },
});
