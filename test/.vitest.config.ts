import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './support/counts-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Suites of `npm run test:compat`: they install packages, fill memory, or drive terminals and browsers. */
export const COMPAT_SUITES = ['test/{compat,node-matrix}/**/*.test.ts', 'test/*/e2e/**/*.test.ts'];

/** Files that each need their own process: they replace globals, or measure memory, sockets and files. */
const ISOLATED = [
    'test/worker/sdk/*.test.ts',
    'test/engine/confined.test.ts',
    'test/server/hostile-requests.test.ts',
    'test/storage/memory-pages.test.ts',
    'test/storage/streamed-storages.test.ts',
];

/** Run in separate processes, because the guards of the worker must not affect the engine. */
const WORKER = ['test/worker/**/*.test.ts'];

export default defineConfig({
    root,
    test: {
        // Without isolation: starting a process per file and loading the engine takes longer than most files run.
        projects: [
            { extends: true, test: { name: 'isolated', include: ISOLATED } },
            { extends: true, test: { name: 'worker', include: WORKER, exclude: ISOLATED, isolate: false } },
            {
                extends: true,
                test: {
                    name: 'shared',
                    include: ['test/**/*.test.ts'],
                    exclude: [...ISOLATED, ...WORKER, ...COMPAT_SUITES, 'test/fixtures/**'],
                    isolate: false,
                },
            },
        ],
        // Processes, so that threads, exit codes and signals of one test cannot affect another.
        pool: 'forks',
        // Fixed, so that tests of threads and memory run under the same load on every machine. Four workers keep two cores busy
        // while tests wait.
        maxWorkers: 4,
        // Long enough for a busy machine; stops only hanging tests. `GREENROOM_FUZZ` extends the fuzz tests, see
        // `test/fuzz/README.md`.
        testTimeout: 60_000 * Math.max(1, Number(process.env['GREENROOM_FUZZ'] ?? 1)),
        hookTimeout: 60_000,
        reporters: ['default', new CountsReporter()],
        restoreMocks: true,
    },
});
