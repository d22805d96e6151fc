import {
    existsSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { wrapFsError } from '../../storage/file/fs-error.js';
import type { AllDocuments } from '../../records/document-store.js';
import type { SourceFolders } from '../persistence/source-folders.js';

/** The folders of Actors that were given as text, or copied. */
export interface SourcesState {
    /** Absolute path of the folder that they were in; documents name them by it. */
    readonly root: string;
    readonly folders: readonly SourceFolderState[];
}

/** One of the folders, with all that is in it: folders come before what is in them. */
export interface SourceFolderState {
    readonly name: string;
    readonly entries: readonly SourceEntry[];
}

/** A file, folder or link. */
export type SourceEntry =
    | { readonly type: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
    | { readonly type: 'folder'; readonly path: string }
    | { readonly type: 'link'; readonly path: string; readonly target: string };

/** The sources of a state, at their new place. */
interface RestoredSources {
    /** The documents of the state, with the paths of the new place. */
    documents: AllDocuments;
    /** Removes the folders that belong to the state before. */
    removeOthers: () => Promise<void>;
}

/**
 * Puts the sources of a state into the folders of an engine that goes on. Those that are there already stay as they are: what
 * a build was made of does not change, and threads that wait for its runs know where it is.
 */
export async function restoreSourceFiles(
    { documents, sources: { root: before, folders } }: { documents: AllDocuments; sources: SourcesState },
    sources: SourceFolders,
): Promise<RestoredSources> {
    if (folders.length === 0 && sources.root === undefined) return { documents, removeOthers: async () => {} };
    const root = await sources.prepareRoot();
    for (const folder of folders) {
        if (!existsSync(join(root, folder.name))) writeSourceFolder(root, folder);
    }
    const kept = new Set([...folders.map(({ name }) => name), 'node_modules']);
    return {
        documents: {
            ...documents,
            builds: documents.builds.map(([id, json]) => [id, relocateBuild(json, before, root)]),
        },
        async removeOthers() {
            const others = readdirSync(root).filter((name) => !kept.has(name));
            await Promise.all(others.map((name) => rm(join(root, name), { recursive: true, force: true })));
        },
    };
}

/** Reads folders of a root, as they are at this moment. */
export function readSourceFolders(root: string, names: readonly string[]): SourceFolderState[] {
    return names.map((name) => ({ name, entries: [...entriesOf(join(root, name), '')] }));
}

/** Writes a folder into a root, where there is none of that name. */
function writeSourceFolder(root: string, { name, entries }: SourceFolderState): void {
    const folder = join(root, name);
    wrapFsError('write', folder, () => {
        mkdirSync(folder, { recursive: true });
        for (const entry of entries) {
            const path = join(folder, entry.path);
            if (entry.type === 'folder') mkdirSync(path, { recursive: true });
            else if (entry.type === 'link') symlinkSync(entry.target, path, 'junction');
            else writeFileSync(path, entry.bytes, { mode: entry.mode });
        }
    });
}

/** The text of a build's document, with the paths of one root in place of those of another. */
function relocateBuild(json: string, from: string, to: string): string {
    if (from === to || from === '') return json;
    const document = JSON.parse(json) as { blueprint: Record<string, unknown> };
    const { blueprint } = document;
    for (const name of ['directory', 'entryFile']) {
        const path = blueprint[name];
        if (typeof path === 'string' && isBelow(path, from)) blueprint[name] = join(to, path.slice(from.length));
    }
    return JSON.stringify(document);
}

function isBelow(path: string, root: string): boolean {
    for (let at = dirname(path); ; at = dirname(at)) {
        if (at === root) return true;
        if (dirname(at) === at) return false;
    }
}

function* entriesOf(folder: string, way: string): Generator<SourceEntry> {
    for (const name of readdirSync(join(folder, way)).toSorted()) {
        const path = way === '' ? name : `${way}/${name}`;
        const full = join(folder, path);
        const stats = lstatSync(full);
        if (stats.isSymbolicLink()) yield { type: 'link', path, target: readlinkSync(full) };
        else if (stats.isFile()) yield { type: 'file', path, bytes: readFileSync(full), mode: stats.mode & 0o777 };
        else if (stats.isDirectory()) {
            yield { type: 'folder', path };
            yield* entriesOf(folder, path);
        }
    }
}
