import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './support/counts-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Suites of `npm run test:compat`: they install packages, fill memory, or drive terminals and browsers. */
export const HEAVY = ['test/{compat,node-matrix}/**/*.test.ts', 'test/*/e2e/**/*.test.ts'];

/** Files that need a process of their own: they replace globals of the thread, or measure its memory, sockets and files. */
const ISOLATED = [
    'test/worker/sdk/*.test.ts',
    'test/engine/confined.test.ts',
    'test/server/hostile-requests.test.ts',
    'test/storage/streamed-storages.test.ts',
];

/** Kept apart from the engine, whose process the guards of the worker must not reach. */
const WORKER = ['test/worker/**/*.test.ts'];

export default defineConfig({
    root,
    test: {
        // Starting a process for each file and loading the engine into it takes longer than most files do.
        projects: [
            { extends: true, test: { name: 'isolated', include: ISOLATED } },
            { extends: true, test: { name: 'worker', include: WORKER, exclude: ISOLATED, isolate: false } },
            {
                extends: true,
                test: {
                    name: 'shared',
                    include: ['test/**/*.test.ts'],
                    exclude: [...ISOLATED, ...WORKER, ...HEAVY, 'test/fixtures/**'],
                    isolate: false,
                },
            },
        ],
        // Processes, so that a test's threads, exit codes and signals cannot affect the others.
        pool: 'forks',
        // Fixed, so that tests of threads and memory see the same load on every machine. On two cores, four workers use the time
        // in which tests only wait.
        maxWorkers: 4,
        // Long enough for a busy machine: it stops only tests that hang. `GREENROOM_FUZZ` lets the fuzz tests search longer; see
        // `test/fuzz/README.md`.
        testTimeout: 60_000 * Math.max(1, Number(process.env['GREENROOM_FUZZ'] ?? 1)),
        hookTimeout: 60_000,
        reporters: ['default', new CountsReporter()],
        restoreMocks: true,
    },
});
