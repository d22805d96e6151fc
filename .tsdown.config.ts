import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';

/** The public entries, by the name of the file that each becomes. */
const ENTRIES = {
    index: 'src/index.ts',
    actor: 'src/actor.ts',
    testing: 'src/testing/index.ts',
    server: 'src/server/index.ts',
    vitest: 'src/testing/vitest.ts',
    jest: 'src/testing/jest.ts',
};
/** Vitest itself cannot be had by `require`. */
const { vitest: _, ...COMMON_JS_ENTRIES } = ENTRIES;
/** What threads and processes start with. */
const RUNTIMES = {
    worker: 'src/worker/worker.ts',
    process: 'src/worker/process.ts',
    watchdog: 'src/execution/thread/watchdog.ts',
    // Found by Tinypool beside itself, which in the CommonJS build is bundled.
    'entry/worker': 'node_modules/tinypool/dist/entry/worker.js',
};
/** Dependencies that are ES modules only, which a test runner's own `require` cannot load. */
const ES_MODULES = ['lowdb', 'mime', 'nanoid', 'steno', 'tinypool'];

/** Docstrings are in the declarations; in the code they would make up half of the package. */
const COMMENTS = { jsdoc: false, annotation: true, legal: true };

const shared: UserConfig = {
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outDir: 'dist',
    // `.js` and `.d.ts`, because the package's own type is "module".
    fixedExtension: false,
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
            // Constructors that users do not call would bring the types of all internals.
            dts: { entry: Object.values(ENTRIES), compilerOptions: { stripInternal: true } },
            outputOptions: {
                comments: COMMENTS,
                chunkFileNames: 'shared-[name].js',
                codeSplitting: { groups: [chunkFor('sdk', ENTRIES.actor, 2), chunkFor('engine', ENTRIES.index, 1)] },
            },
            hooks: { 'build:done': finish },
            plugins: [{ name: 'without-socks', load: loadWithoutSocks }],
        },
        // The command line, without the engine: commands that need it load the package's entry, so `--help` does not wait for it.
        {
            ...shared,
            entry: existing({ cli: 'src/cli/main.ts' }),
            minify: true,
            dts: false,
            inputOptions: { ...shared.inputOptions, preserveEntrySignatures: 'allow-extension' as const },
            outputOptions: {
                comments: COMMENTS,
                chunkFileNames: 'cli-[name].js',
                codeSplitting: {
                    includeDependenciesRecursively: false,
                    groups: [chunkBeside('common', 'src/cli/main.ts')],
                },
            },
            plugins: [{ name: 'engine-of-the-package', resolveId: engineOfPackage }],
        },
        // The public entries for `require`, above all that of Jest.
        {
            ...shared,
            format: 'cjs' as const,
            // The same code as the ES modules, for test runners: nobody reads this copy.
            minify: { mangle: { keepNames: { class: true, function: false } }, codegen: { removeWhitespace: true } },
            entry: existing(COMMON_JS_ENTRIES),
            dts: false,
            deps: { alwaysBundle: ES_MODULES },
            outputOptions: { comments: COMMENTS, chunkFileNames: 'shared-[name].cjs', exports: 'named' as const },
            plugins: [
                { name: 'without-socks', load: loadWithoutSocks },
                { name: 'require-packages', renderChunk: requirePackages },
            ],
        },
        // A thread starts with its file alone: one file is one read and one compilation. A process starts with that of threads.
        ...Object.entries(RUNTIMES).map(([name, file]) => ({
            ...shared,
            entry: existing({ [name]: file }),
            dts: false,
            minify: true,
            outputOptions: { codeSplitting: false },
            plugins: [{ name: 'worker-of-the-package', resolveId: workerOfPackage }],
        })),
    ].filter(({ entry }) => Object.keys(entry).length > 0),
);

/** The forward proxy passes nothing on to SOCKS proxies, whose packages are much larger than its own. */
function loadWithoutSocks(id: string): string | undefined {
    const name = /\/proxy-chain\/dist\/(chain|forward)_socks\.js$/.exec(id)?.[1];
    if (name === undefined) return undefined;
    return `export function ${name}Socks() { throw new Error('SOCKS proxies are not supported.'); }`;
}

/** The command line uses the engine of the package, not a second copy. */
function engineOfPackage(id: string): { id: string; external: true } | null {
    return id.endsWith('/engine/create-engine.js') ? { id: './index.js', external: true } : null;
}

/** Processes load the worker file of the package, not a second copy. */
function workerOfPackage(id: string): { id: string; external: true; moduleSideEffects: true } | null {
    return id === './worker.js' ? { id, external: true, moduleSideEffects: true } : null;
}

interface ModuleGraph {
    getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/**
 * Everything that `import 'greenroom'` loads at once is in one chunk, and what it shares with `greenroom/actor` in another:
 * each file more that Node has to find costs as much as what is in it.
 */
function chunkFor(name: string, entry: string, priority: number) {
    const isLoaded = (id: string, graph: ModuleGraph): boolean =>
        !id.endsWith('.d.ts') && loadedBy(entry, graph).has(id);
    return { name: (id: string, graph: ModuleGraph) => (isLoaded(id, graph) ? name : null), priority };
}

/** Large, and needed by few. */
const APART = /chokidar|readdirp|watch-files/;

/** What several of the modules need that an entry loads late is in one chunk, unless it is loaded at once. */
function chunkBeside(name: string, entry: string) {
    const isLate = (id: string, graph: ModuleGraph): boolean => !APART.test(id) && !loadedBy(entry, graph).has(id);
    return { name: (id: string, graph: ModuleGraph) => (isLate(id, graph) ? name : null), minShareCount: 2 };
}

/** The modules that an entry loads at once; not those of `import()`. */
function loadedBy(entry: string, graph: ModuleGraph): Set<string> {
    const loaded = new Set([join(import.meta.dirname, entry)]);
    for (const id of loaded) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) loaded.add(imported);
    return loaded;
}

/**
 * Packages that are loaded late are loaded by `require` then; a test runner's modules may have no `import()`. What is named
 * only at run time, as an Actor's own module, can be had by `import()` alone.
 */
function requirePackages(code: string): string {
    return code.replaceAll(/\bimport\((["'][^"']+["'])\)/g, 'Promise.resolve().then(() => require($1))');
}

function finish(): void {
    copyApifyShim();
    copyTypesForCommonJs();
}

const ES_ONLY = new Set(['vitest.d.ts']);

/** The same declarations once more, as TypeScript wants them for `require`. */
function copyTypesForCommonJs(): void {
    for (const file of readdirSync(shared.outDir!).filter((name) => name.endsWith('.d.ts') && !ES_ONLY.has(name))) {
        const text = readFileSync(join(shared.outDir!, file), 'utf8');
        const name = file.replace(/\.ts$/, '.cts');
        writeFileSync(join(shared.outDir!, name), text.replaceAll(/(["']\.\/[^"']+)\.js(["'])/g, '$1.cjs$2'));
    }
}

/** A package that Node resolves, so it is published unbundled. */
function copyApifyShim(): void {
    cpSync('src/apify-shim', 'dist/apify-shim', { recursive: true });
}

function existing(entries: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));
}
