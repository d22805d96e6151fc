import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
    exportsOnlyTypes,
    importsOf,
    readSources,
    type SourceFile,
    type SourceImport,
} from '../support/source-files.js';

const BASE = ['model', 'errors', 'util', 'protocol'];
const STORED = [...BASE, 'executor', 'storage'];
const RULED = [...STORED, 'scheduler', 'webhooks', 'lifecycle', 'registry', 'logs'];
const SERVED = [...RULED, 'client', 'api', 'engine', 'server'];

/**
 * Which folders of `src` each folder may import from, besides itself. Folders that stand on one line do not see each
 * other; they meet in `engine`.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
    model: [],
    errors: [],
    util: ['model', 'errors'],
    protocol: ['model', 'errors', 'util'],
    runtime: BASE,
    executor: BASE,
    storage: BASE,
    scheduler: STORED,
    webhooks: STORED,
    lifecycle: STORED,
    registry: STORED,
    logs: STORED,
    client: RULED,
    api: [...RULED, 'client'],
    engine: [...RULED, 'client', 'api'],
    server: [...RULED, 'client', 'api', 'engine'],
    cli: SERVED,
    console: SERVED,
    testing: SERVED,
};

/** What stands on one line, and may therefore know a neighbour's interfaces, if only as types. */
const NEIGHBOURS = [
    ['executor', 'storage'],
    ['scheduler', 'webhooks', 'lifecycle', 'registry', 'logs'],
];

/** What may know a type of a layer that it must not load: files by the folder they look into. */
const TYPES_ONLY: Record<string, string> = {
    // What an Actor is called with is the SDK itself, which only the runtime can tell.
    'src/protocol/actor-function.ts': 'runtime',
};

/** What is loaded only when it is used, by a dynamic import, and so may stand above: files by the folder they load. */
const LOADED_LATE: Record<string, string> = {
    'src/engine/external-access.ts': 'server',
    'src/engine/proxy.ts': 'server',
    'src/engine/core.ts': 'runtime',
};

/** The files at the top of `src`: what each may import from. */
const ENTRIES: Record<string, readonly string[]> = {
    'src/index.ts': [...BASE, ...RULED, 'client', 'api', 'engine'],
    'src/actor.ts': [...BASE, 'runtime'],
};

const sources = readSources('src');
const byPath = new Map(sources.map((source) => [source.path, source]));

describe('the source folders', () => {
    it('are all in the table of layers', () => {
        const folders = new Set(sources.map(({ path }) => folderOf(path)).filter((folder) => folder !== undefined));

        expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
    });

    it('import only from the layers below them', () => {
        const violations = sources.flatMap((source) => relativeImports(source).flatMap((use) => judge(source, use)));

        expect(violations).toEqual([]);
    });

    it('import files that exist', () => {
        const missing = sources.flatMap((source) =>
            relativeImports(source)
                .filter(({ target }) => target.startsWith('src/') && !byPath.has(target))
                .map(({ target, line }) => `${source.path}:${line} imports ${target}, which does not exist.`),
        );

        expect(missing).toEqual([]);
    });
});

/** What the console is written in. */
const LANGUAGES = ['preact', '@preact/signals'];

describe('the libraries of others', () => {
    it('are each imported in one file, unless a layer is written in them', () => {
        const users = new Map<string, Set<string>>();
        for (const source of sources) {
            for (const { target } of importsOf(source).filter(isThirdParty)) {
                const name = packageOf(target);
                users.set(name, (users.get(name) ?? new Set()).add(source.path));
            }
        }

        const shared = [...users].filter(([name, files]) => files.size > 1 && !LANGUAGES.includes(name));

        expect(
            shared.map(([name, files]) => `${name} is imported in ${[...files].join(' and ')}: wrap it in one file.`),
        ).toEqual([]);
    });
});

function judge(source: SourceFile, use: SourceImport): string[] {
    const from = folderOf(source.path);
    const to = folderOf(use.target);
    const where = `${source.path}:${use.line} imports ${use.target}`;
    if (to === undefined) return [`${where}: an entry file is for users, not for the source.`];
    const allowed = from === undefined ? ENTRIES[source.path] : MAY_IMPORT[from];
    if (allowed === undefined) return [`${source.path} is not a known entry: put it into a folder of src.`];
    if (from === to || allowed.includes(to) || isInterfaceOfNeighbour(from, to, use)) return [];
    if (use.isTypeOnly && (TYPES_ONLY[source.path] ?? LOADED_LATE[source.path]) === to) return [];
    if (use.isDynamic && LOADED_LATE[source.path] === to) return [];
    return [`${where}: ${from ?? 'this entry'} may import ${allowed.join(', ') || 'nothing'}.`];
}

/** Neighbours meet in `engine`; they may see each other's interfaces, as types. */
function isInterfaceOfNeighbour(from: string | undefined, to: string, use: SourceImport): boolean {
    if (from === undefined || !use.isTypeOnly) return false;
    if (!NEIGHBOURS.some((line) => line.includes(from) && line.includes(to))) return false;
    const file = byPath.get(use.target);
    return file !== undefined && exportsOnlyTypes(file);
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
