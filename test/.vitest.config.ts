import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './support/counts-reporter.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files with a process of their own: they are about the globals of its thread, or measure its memory, sockets and files. */
const APART = [
    'test/unit/runtime/sdk/*.test.ts',
    'test/integration/confined.test.ts',
    'test/integration/listener-hostile.test.ts',
    'test/integration/streamed-storages.test.ts',
];

const RUNTIME = ['test/unit/runtime/**/*.test.ts'];

export default defineConfig({
    root,
    test: {
        // Starting a process for each file, and loading the engine into it, takes longer than most files do. They run in the
        // order of the names of the projects: what each has of small files then fills the end evenly.
        projects: [
            { extends: true, test: { name: 'apart', include: APART } },
            // Apart from the engine, whose process the guards of the runtime are not to reach.
            { extends: true, test: { name: 'runtime', include: RUNTIME, exclude: APART, isolate: false } },
            {
                extends: true,
                test: {
                    name: 'shared',
                    include: [
                        'test/{contract,integration,fuzz,house}/**/*.test.ts',
                        // Those in its folders start many processes, or need a terminal or a browser.
                        'test/e2e/*.test.ts',
                    ],
                    exclude: APART,
                    isolate: false,
                },
            },
            { extends: true, test: { name: 'units', include: ['test/unit/!(runtime)/**/*.test.ts'], isolate: false } },
        ],
        // Processes and not threads: what a test does to threads, exit codes and signals stays its own.
        pool: 'forks',
        // However many processors there are: what is measured of threads and memory is to be the same everywhere. With two of
        // them, two more workers use the time in which tests only wait: with one more, a sixth of it is left.
        maxWorkers: 4,
        // Against what never ends, not against what takes its time on a machine that has too much to do. Those that look for
        // counterexamples may be told to look longer; see `test/fuzz/README.md`.
        testTimeout: 60_000 * Math.max(1, Number(process.env['GREENROOM_FUZZ'] ?? 1)),
        hookTimeout: 60_000,
        reporters: ['default', new CountsReporter()],
        restoreMocks: true,
    },
});
