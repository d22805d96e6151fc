import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onDisk } from '../../storage/disk-error.js';

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

/** Reads folders of a root, as they are at this moment. */
export function readSourceFolders(root: string, names: readonly string[]): SourceFolderState[] {
    return names.map((name) => ({ name, entries: [...entriesOf(join(root, name), '')] }));
}

/** Writes a folder into a root, where there is none of that name. */
export function writeSourceFolder(root: string, { name, entries }: SourceFolderState): void {
    const folder = join(root, name);
    onDisk('write', folder, () => {
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
export function relocateBuild(json: string, from: string, to: string): string {
    if (from === to || from === '') return json;
    const document = JSON.parse(json) as { blueprint: Record<string, unknown> };
    const { blueprint } = document;
    for (const name of ['directory', 'ownFolder', 'entryFile']) {
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
