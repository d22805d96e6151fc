import { cpSync, existsSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'tsdown';

/** The public entries, by the name of the file that each becomes. */
const ENTRIES = {
    index: 'src/index.ts',
    actor: 'src/actor.ts',
    testing: 'src/testing/index.ts',
    server: 'src/server/index.ts',
    inline: 'src/runtime/inline.ts',
};
/** What threads and processes start with. */
const RUNTIMES = {
    worker: 'src/runtime/worker.ts',
    process: 'src/runtime/process.ts',
    watchdog: 'src/executor/watchdog.ts',
};

const shared: UserConfig = {
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outDir: 'dist',
    // `.js` and `.d.ts`, because the package's own type is "module".
    fixedExtension: false,
    sourcemap: true,
    clean: false,
    hash: false,
    logLevel: 'warn',
    inputOptions: { checks: { pluginTimings: false } },
};

export default defineConfig(
    [
        // Flat, since files are found relative to `import.meta.url`; and prefixed, or a chunk of types would take an entry's name.
        {
            ...shared,
            entry: existing(ENTRIES),
            dts: true,
            outputOptions: { chunkFileNames: 'shared-[name].js' },
            hooks: { 'build:done': copyStandIns },
        },
        // A thread starts with its file alone: one file is one read and one compilation, so nothing is shared with the others.
        ...Object.entries(RUNTIMES).map(([name, file]) => ({
            ...shared,
            entry: existing({ [name]: file }),
            dts: false,
            minify: true,
            outputOptions: { codeSplitting: false },
        })),
    ].filter(({ entry }) => Object.keys(entry).length > 0),
);

/** Packages and not modules of ours: they are found by Node, and go out as they are. */
function copyStandIns(): void {
    cpSync('src/stand-ins', 'dist/stand-ins', { recursive: true });
}

function existing(entries: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));
}
