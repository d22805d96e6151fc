import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
    exportsOnlyTypes,
    importsOf,
    readSources,
    type SourceFile,
    type SourceImport,
} from '../support/docs/source-files.js';

const BASE = ['model', 'errors', 'util', 'protocol'];
const STORED = [...BASE, 'execution', 'storage'];
const RECORDED = [...STORED, 'records'];
const SERVICES = [...RECORDED, 'run', 'actors', 'schedules', 'webhooks', 'logs'];
const SERVED = [...SERVICES, 'client', 'api', 'engine', 'server'];

/** The folders that each folder of `src` may import from. Folders of one layer do not import each other; `engine` wires them. */
const MAY_IMPORT: Record<string, readonly string[]> = {
    model: [],
    errors: [],
    util: ['model', 'errors'],
    protocol: ['model', 'errors', 'util'],
    worker: BASE,
    execution: BASE,
    storage: BASE,
    records: STORED,
    run: STORED,
    actors: RECORDED,
    schedules: RECORDED,
    webhooks: RECORDED,
    logs: STORED,
    client: SERVICES,
    api: [...SERVICES, 'client'],
    engine: [...SERVICES, 'client', 'api'],
    server: [...SERVICES, 'client', 'api', 'engine'],
    cli: SERVED,
    console: SERVED,
    testing: SERVED,
};

/** Folders of one layer. They may import types from each other's files that export only types. */
const NEIGHBOURS = [
    ['execution', 'storage'],
    ['records', 'run', 'actors', 'schedules', 'webhooks', 'logs'],
];

/** Files that may import types, but not values, from a higher folder. */
const TYPES_ONLY: Record<string, string> = {
    // The context of an Actor function contains the SDK.
    'src/protocol/actor-function.ts': 'worker',
};

/** Files that may import from a higher folder dynamically. */
const LAZY_IMPORTS: Record<string, string> = {
    'src/engine/external/external-access.ts': 'server',
    'src/engine/external/proxy.ts': 'server',
    'src/engine/core.ts': 'worker',
};

/** The folders that each file at the top of `src` may import from. */
const ENTRIES: Record<string, readonly string[]> = {
    'src/index.ts': [...SERVICES, 'client', 'api', 'engine'],
    'src/actor.ts': [...BASE, 'worker'],
};

/** Folders of more files are hard to scan. */
const MAX_FILES = 16;

const sources = readSources('src');
const byPath = new Map(sources.map((source) => [source.path, source]));

describe('the source folders', () => {
    it('are all assigned to a layer', () => {
        const folders = new Set(sources.map(({ path }) => folderOf(path)).filter((folder) => folder !== undefined));

        expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
    });

    it('import only from lower layers', () => {
        const violations = sources.flatMap((source) =>
            relativeImports(source).flatMap((use) => findViolations(source, use)),
        );

        expect(violations).toEqual([]);
    });

    it('import existing files', () => {
        const missing = sources.flatMap((source) =>
            relativeImports(source)
                .filter(({ target }) => target.startsWith('src/') && !byPath.has(target))
                .map(({ target, line }) => `${source.path}:${line} imports ${target}, which does not exist.`),
        );

        expect(missing).toEqual([]);
    });
});

describe('the source files', () => {
    it('import each other without cycles, types included', () => {
        expect(findCycles()).toEqual([]);
    });

    it('lie in folders of at most 16', () => {
        const counts = new Map<string, number>();
        for (const { path } of sources) {
            const folder = path.slice(0, path.lastIndexOf('/'));
            counts.set(folder, (counts.get(folder) ?? 0) + 1);
        }

        expect([...counts].filter(([, count]) => count > MAX_FILES)).toEqual([]);
    });
});

/** Libraries that all files of the console may import. */
const FRAMEWORKS = ['preact', '@preact/signals'];

describe('third-party libraries', () => {
    it('are each imported in one file, except frameworks', () => {
        const users = new Map<string, Set<string>>();
        for (const source of sources) {
            for (const { target } of importsOf(source).filter(isThirdParty)) {
                const name = packageOf(target);
                users.set(name, (users.get(name) ?? new Set()).add(source.path));
            }
        }

        const shared = [...users].filter(([name, files]) => files.size > 1 && !FRAMEWORKS.includes(name));

        expect(
            shared.map(([name, files]) => `${name} is imported in ${[...files].join(' and ')}: wrap it in one file.`),
        ).toEqual([]);
    });
});

function findViolations(source: SourceFile, use: SourceImport): string[] {
    const from = folderOf(source.path);
    const to = folderOf(use.target);
    const where = `${source.path}:${use.line} imports ${use.target}`;
    if (to === undefined) return [`${where}: source files must not import an entry file.`];
    const allowed = from === undefined ? ENTRIES[source.path] : MAY_IMPORT[from];
    if (allowed === undefined) return [`${source.path} is not a known entry: move it into a folder of src.`];
    if (from === to || allowed.includes(to) || isTypeOfNeighbour(from, to, use)) return [];
    if (use.isTypeOnly && (TYPES_ONLY[source.path] ?? LAZY_IMPORTS[source.path]) === to) return [];
    if (use.isDynamic && LAZY_IMPORTS[source.path] === to) return [];
    return [`${where}: ${from ?? 'this entry'} may import ${allowed.join(', ') || 'nothing'}.`];
}

/** True for a type from a types-only file of the same layer. */
function isTypeOfNeighbour(from: string | undefined, to: string, use: SourceImport): boolean {
    if (from === undefined || !use.isTypeOnly) return false;
    if (!NEIGHBOURS.some((line) => line.includes(from) && line.includes(to))) return false;
    const file = byPath.get(use.target);
    return file !== undefined && exportsOnlyTypes(file);
}

/** Returns each group of files that import each other in a circle (Tarjan's strongly connected components). */
function findCycles(): string[][] {
    const order = new Map<string, number>();
    const lowest = new Map<string, number>();
    const stack: string[] = [];
    const cycles: string[][] = [];
    const visit = (path: string): void => {
        order.set(path, order.size);
        lowest.set(path, order.get(path)!);
        stack.push(path);
        for (const target of staticTargets(path)) {
            if (!order.has(target)) visit(target);
            if (stack.includes(target)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!));
        }
        if (lowest.get(path) !== order.get(path)) return;
        const component = stack.splice(stack.indexOf(path));
        if (component.length > 1) cycles.push(component);
    };
    for (const { path } of sources) if (!order.has(path)) visit(path);
    return cycles;
}

/** Returns the files that a file imports, except by `import()`. */
function staticTargets(path: string): string[] {
    const source = byPath.get(path)!;
    return relativeImports(source).flatMap(({ target, isDynamic }) =>
        !isDynamic && byPath.has(target) ? [target] : [],
    );
}

function relativeImports(source: SourceFile): SourceImport[] {
    return importsOf(source).filter(({ isRelative }) => isRelative);
}

function isThirdParty({ target, isRelative }: SourceImport): boolean {
    return !isRelative && !target.startsWith('node:') && !builtinModules.includes(target);
}

function folderOf(path: string): string | undefined {
    const [, folder, rest] = path.split('/');
    return rest === undefined ? undefined : folder;
}

function packageOf(specifier: string): string {
    return specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
}
