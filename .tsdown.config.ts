import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';

/** The public entries by the name of their output file. */
const ENTRIES = {
    index: 'src/index.ts',
    actor: 'src/actor.ts',
    testing: 'src/testing/index.ts',
    server: 'src/server/index.ts',
    vitest: 'src/testing/vitest.ts',
    jest: 'src/testing/jest.ts',
};
/** Vitest does not support `require`. */
const { vitest: _, ...COMMON_JS_ENTRIES } = ENTRIES;
/** The first module of each kind of thread and process. */
const WORKER_ENTRIES = {
    worker: 'src/worker/worker.ts',
    process: 'src/worker/process.ts',
    watchdog: 'src/execution/thread/watchdog.ts',
    // Tinypool looks for this file beside itself; the CommonJS build bundles Tinypool.
    'entry/worker': 'node_modules/tinypool/dist/entry/worker.js',
};
/** Dependencies that are ES modules only: the `require` of test runners cannot load them. */
const ES_MODULES = ['lowdb', 'mime', 'nanoid', 'steno', 'tinypool'];

const CAPTURED_GLOBALS = 'src/worker/captured-globals.ts';

/** Removes docstrings from the code, where they would be half of the package; the declarations have them. */
const COMMENTS = { jsdoc: false, annotation: true, legal: true };

/** The first statement of each file. An older Node would fail later, with an error that does not name the cause. */
const NODE_CHECK = createNodeCheck('throw Object.assign(new Error(message), { stack: message })');

const shared: UserConfig = {
    banner: { js: NODE_CHECK },
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outDir: 'dist',
    // `.js` and `.d.ts`, because the type of the package is "module".
    fixedExtension: false,
    clean: false,
    hash: false,
    logLevel: 'warn',
    inputOptions: { checks: { pluginTimings: false } },
};

/** Makes the bundles of the worker use globals as they were when the thread started; see {@link CAPTURED_GLOBALS}. */
const capturing: UserConfig = {
    ...shared,
    inputOptions: { ...shared.inputOptions, transform: { inject: createInjection() } },
    dts: false,
    minify: true,
    // The statement that marks a CommonJS file as a module would use `Symbol` before it is captured.
    outputOptions: { codeSplitting: false, generatedCode: { symbols: false } },
};

export default defineConfig(
    [
        // Flat, because files are located relative to `import.meta.url`. Prefixed, or a chunk of types could take an entry's name.
        {
            ...shared,
            entry: keepExisting(ENTRIES),
            // Internal constructors would otherwise add the types of all internals.
            dts: { entry: Object.values(ENTRIES), compilerOptions: { stripInternal: true } },
            outputOptions: {
                comments: COMMENTS,
                chunkFileNames: 'shared-[name].js',
                codeSplitting: {
                    groups: [createEntryChunk('sdk', ENTRIES.actor, 2), createEntryChunk('engine', ENTRIES.index, 1)],
                },
            },
            hooks: { 'build:done': copyFiles },
            plugins: [{ name: 'without-socks', load: loadWithoutSocks }],
        },
        // The command line without the engine: commands that need it load the package's entry, so `--help` stays fast.
        {
            ...shared,
            entry: keepExisting({ cli: 'src/cli/main.ts' }),
            banner: { js: createNodeCheck('console.error(message), process.exit(1)') },
            minify: true,
            dts: false,
            inputOptions: { ...shared.inputOptions, preserveEntrySignatures: 'allow-extension' as const },
            outputOptions: {
                comments: COMMENTS,
                chunkFileNames: 'cli-[name].js',
                codeSplitting: {
                    includeDependenciesRecursively: false,
                    groups: [createSharedChunk('common', 'src/cli/main.ts')],
                },
            },
            plugins: [{ name: 'external-engine', resolveId: externalizeEngine }],
        },
        // The public entries for `require`, mainly for Jest.
        {
            ...shared,
            format: 'cjs' as const,
            // The same code as the ES modules, for test runners, so this copy need not be readable.
            minify: { mangle: { keepNames: { class: true, function: false } }, codegen: { removeWhitespace: true } },
            entry: keepExisting(COMMON_JS_ENTRIES),
            dts: false,
            deps: { alwaysBundle: ES_MODULES },
            outputOptions: { comments: COMMENTS, chunkFileNames: 'shared-[name].cjs', exports: 'named' as const },
            plugins: [
                { name: 'without-socks', load: loadWithoutSocks },
                { name: 'require-packages', renderChunk: requirePackages },
            ],
        },
        // One file per entry, so that a thread starts with one read and one compilation. Processes also load the file of threads.
        ...Object.entries(WORKER_ENTRIES).map(([name, file]) => ({
            ...capturing,
            entry: keepExisting({ [name]: file }),
            plugins: [{ name: 'external-worker', resolveId: externalizeWorker }],
        })),
        // Preloaded by `--require` in the threads that an Actor starts.
        {
            ...capturing,
            format: 'cjs' as const,
            entry: keepExisting({ 'nested-thread': 'src/worker/nested-thread.ts' }),
        },
    ].filter(({ entry }) => Object.keys(entry).length > 0),
);

/** Returns the module and export that replace each captured global. */
function createInjection(): Record<string, [module: string, name: string]> {
    const [, names = ''] = /export const \{([^}]*)\}/.exec(readFileSync(CAPTURED_GLOBALS, 'utf8')) ?? [];
    const module = join(import.meta.dirname, CAPTURED_GLOBALS);
    return Object.fromEntries(names.match(/\w+/g)!.map((name) => [name, [module, name]]));
}

/** Drops the support of SOCKS proxies from `proxy-chain`: its packages for them are much larger than itself. */
function loadWithoutSocks(id: string): string | undefined {
    const name = /\/proxy-chain\/dist\/(chain|forward)_socks\.js$/.exec(id)?.[1];
    if (name === undefined) return undefined;
    return `export function ${name}Socks() { throw new Error('SOCKS proxies are not supported.'); }`;
}

/** Makes the command line load the package's engine instead of bundling a copy. */
function externalizeEngine(id: string): { id: string; external: true } | null {
    return id.endsWith('/engine/create-engine.js') ? { id: './index.js', external: true } : null;
}

/** Makes processes load the package's worker file instead of bundling a copy. */
function externalizeWorker(id: string): { id: string; external: true; moduleSideEffects: true } | null {
    return id === './worker.js' ? { id, external: true, moduleSideEffects: true } : null;
}

/** Returns a statement that does something with a `message` if Node is older than the package supports. */
function createNodeCheck(reaction: string): string {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    const [major, minor] = engines.node.replace('>=', '').split('.');
    return (
        `{ const [major, minor] = process.versions.node.split('.').map(Number); if (major < ${major} || (major === ${major} && ` +
        `minor < ${minor})) { const message = 'greenroom needs Node ${major}.${minor} or later, but this is Node ' + ` +
        `process.versions.node + '. Install a newer version from https://nodejs.org.';\n${reaction}; } }`
    );
}

interface ModuleGraph {
    getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/**
 * Puts all modules that an entry imports statically into one chunk, because resolving a file costs Node as much as loading it.
 * Modules shared with an entry of higher priority go into the chunk of that entry.
 */
function createEntryChunk(name: string, entry: string, priority: number) {
    const isStatic = (id: string, graph: ModuleGraph): boolean =>
        !id.endsWith('.d.ts') && findStaticImports(entry, graph).has(id);
    return { name: (id: string, graph: ModuleGraph) => (isStatic(id, graph) ? name : null), priority };
}

/** Large modules that few commands need: each gets its own chunk. */
const SEPARATE = /chokidar|readdirp|watch-files/;

/** Puts modules shared by dynamically imported modules into one chunk, except those that the entry imports statically. */
function createSharedChunk(name: string, entry: string) {
    const isLate = (id: string, graph: ModuleGraph): boolean =>
        !SEPARATE.test(id) && !findStaticImports(entry, graph).has(id);
    return { name: (id: string, graph: ModuleGraph) => (isLate(id, graph) ? name : null), minShareCount: 2 };
}

/** Returns the modules that an entry imports statically, also indirectly. */
function findStaticImports(entry: string, graph: ModuleGraph): Set<string> {
    const loaded = new Set([join(import.meta.dirname, entry)]);
    for (const id of loaded) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) loaded.add(imported);
    return loaded;
}

/**
 * Replaces `import()` of packages by `require`, because modules in a test runner may not support `import()`. Modules whose path is
 * known only at run time, such as an Actor's, still need `import()`.
 */
function requirePackages(code: string): string {
    return code.replaceAll(/\bimport\((["'][^"']+["'])\)/g, 'Promise.resolve().then(() => require($1))');
}

function copyFiles(): void {
    copyApifyShim();
    copyTypesForCommonJs();
}

const ES_ONLY_TYPES = new Set(['vitest.d.ts']);

/** Copies the declarations as `.d.cts`, which TypeScript requires for CommonJS. */
function copyTypesForCommonJs(): void {
    for (const file of readdirSync(shared.outDir!).filter(
        (name) => name.endsWith('.d.ts') && !ES_ONLY_TYPES.has(name),
    )) {
        const text = readFileSync(join(shared.outDir!, file), 'utf8');
        const name = file.replace(/\.ts$/, '.cts');
        writeFileSync(join(shared.outDir!, name), text.replaceAll(/(["']\.\/[^"']+)\.js(["'])/g, '$1.cjs$2'));
    }
}

/** Copies the shim unbundled, because Node resolves it as a package. */
function copyApifyShim(): void {
    cpSync('src/apify-shim', 'dist/apify-shim', { recursive: true });
}

/** Drops entries whose file does not exist. */
function keepExisting(entries: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));
}
