import { statSync, type Dirent, type Stats } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';

/**
 * Reads files and remembers in which state it saw each of them, absent ones too. What was concluded from them holds
 * for as long as {@link SeenFiles.areUnchanged} says so, which costs one `stat` a file and no read.
 */
export class SeenFiles {
    readonly #stamps = new Map<string, string>();

    isFile(path: string): boolean {
        return this.#look(path)?.isFile() ?? false;
    }

    isFolder(path: string): boolean {
        return this.#look(path)?.isDirectory() ?? false;
    }

    /** Bytes of a file; 0 when there is none. */
    size(path: string): number {
        return this.#look(path)?.size ?? 0;
    }

    /** The text of a file, or undefined when there is no such file. */
    async text(path: string): Promise<string | undefined> {
        return this.isFile(path) ? readFile(path, 'utf8') : undefined;
    }

    /** What a folder holds, in the order of the names; nothing when there is no such folder. */
    async list(path: string): Promise<Dirent[]> {
        if (!this.isFolder(path)) return [];
        const entries = await readdir(path, { withFileTypes: true });
        return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    }

    /** Whether all that was looked at is still as it was seen. */
    areUnchanged(): boolean {
        for (const [path, stamp] of this.#stamps) {
            if (stampOf(statOf(path)) !== stamp) return false;
        }
        return true;
    }

    // The first look counts: what changes between it and a read is noticed by the next check.
    #look(path: string): Stats | undefined {
        const stats = statOf(path);
        if (!this.#stamps.has(path)) this.#stamps.set(path, stampOf(stats));
        return stats;
    }
}

function statOf(path: string): Stats | undefined {
    try {
        return statSync(path, { throwIfNoEntry: false });
    } catch {
        // A file where a folder was expected, or a folder that must not be entered: nothing that could be run.
        return undefined;
    }
}

function stampOf(stats: Stats | undefined): string {
    return stats === undefined ? 'absent' : `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
}
