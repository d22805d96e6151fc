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
import { join } from 'node:path';
import { wrapFsError } from '../../storage/file/fs-error.js';
import type { SourceFolders } from '../persistence/source-folders.js';

/** The source folders of Actors that were added as text or copied. */
export interface SourcesState {
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

/**
 * Writes the sources of a state into the source folders of a running engine. Folders that exist already are kept: the source of a
 * build never changes, and prewarmed threads refer to its path. Returns a function that removes all others: those of the previous
 * state.
 */
export async function restoreSourceFiles(
    { folders }: SourcesState,
    sources: SourceFolders,
): Promise<() => Promise<void>> {
    if (folders.length === 0 && sources.root === undefined) return async () => {};
    const root = await sources.prepareRoot();
    for (const folder of folders) {
        if (!existsSync(join(root, folder.name))) writeSourceFolder(root, folder);
    }
    const names = new Set([...folders.map(({ name }) => name), 'node_modules']);
    return async () => {
        const others = readdirSync(root).filter((name) => !names.has(name));
        await Promise.all(others.map((name) => rm(join(root, name), { recursive: true, force: true })));
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
