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

/** The source folders of Actors that were added as text or copied. */
export interface SourcesState {
    /** Absolute path of their parent folder; the paths in documents begin with it. */
    readonly root: string;
    readonly folders: readonly SourceFolderState[];
}

/** A source folder with all of its entries. A folder comes before its contents. */
export interface SourceFolderState {
    readonly name: string;
    readonly entries: readonly SourceEntry[];
}

/** A file, folder or link. */
export type SourceEntry =
    | { readonly type: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
    | { readonly type: 'folder'; readonly path: string }
    | { readonly type: 'link'; readonly path: string; readonly target: string };

/** The sources of a state, in their new root. */
interface RestoredSources {
    /** The documents of the state, with paths in the new root. */
    documents: AllDocuments;
    /** Removes all other folders in the root: those of the previous state. */
    removeOthers: () => Promise<void>;
}

/**
 * Writes the sources of a state into the source folders of a running engine. Folders that exist already are kept: the source of a
 * build never changes, and prewarmed threads refer to its path.
 */
export async function restoreSourceFiles(
    { documents, sources: { root: previousRoot, folders } }: { documents: AllDocuments; sources: SourcesState },
    sources: SourceFolders,
): Promise<RestoredSources> {
    if (folders.length === 0 && sources.root === undefined) return { documents, removeOthers: async () => {} };
    const root = await sources.prepareRoot();
    for (const folder of folders) {
        if (!existsSync(join(root, folder.name))) writeSourceFolder(root, folder);
    }
    const names = new Set([...folders.map(({ name }) => name), 'node_modules']);
    return {
        documents: {
            ...documents,
            builds: documents.builds.map(([id, json]) => [id, relocateBuild(json, previousRoot, root)]),
        },
        async removeOthers() {
            const others = readdirSync(root).filter((name) => !names.has(name));
            await Promise.all(others.map((name) => rm(join(root, name), { recursive: true, force: true })));
        },
    };
}

/** Reads source folders. */
export function readSourceFolders(root: string, names: readonly string[]): SourceFolderState[] {
    return names.map((name) => ({ name, entries: [...readEntries(join(root, name), '')] }));
}

/** Writes a source folder into a root that has none of that name. */
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

/** Returns the JSON of a build's document with its paths moved from one root to another. */
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
    for (let parent = dirname(path); ; parent = dirname(parent)) {
        if (parent === root) return true;
        if (dirname(parent) === parent) return false;
    }
}

function* readEntries(folder: string, parent: string): Generator<SourceEntry> {
    for (const name of readdirSync(join(folder, parent)).toSorted()) {
        const path = parent === '' ? name : `${parent}/${name}`;
        const full = join(folder, path);
        const stats = lstatSync(full);
        if (stats.isSymbolicLink()) yield { type: 'link', path, target: readlinkSync(full) };
        else if (stats.isFile()) yield { type: 'file', path, bytes: readFileSync(full), mode: stats.mode & 0o777 };
        else if (stats.isDirectory()) {
            yield { type: 'folder', path };
            yield* readEntries(folder, path);
        }
    }
}
