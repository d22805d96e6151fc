import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { errnoOf } from './disk-error.js';

/** Many runs have many storages; their files must not use up the process's descriptors. */
const MAX_OPEN = 256;

/**
 * Keeps files open for appending and reading, the recently used ones only. A descriptor is good until the next call:
 * later it may have been closed for the sake of another file.
 */
export class OpenFiles {
    /** The one that was used longest ago comes first. */
    readonly #descriptors = new Map<string, number>();
    #latestPath = '';
    #latest = -1;

    /** A descriptor for reading and appending; the file and its directory are made if they are missing. */
    get(path: string): number {
        if (path === this.#latestPath) return this.#latest;
        let descriptor = this.#descriptors.get(path);
        if (descriptor === undefined) {
            if (this.#descriptors.size >= MAX_OPEN) this.#closeOldest(1);
            descriptor = this.#open(path);
        }
        this.#descriptors.delete(path);
        this.#descriptors.set(path, descriptor);
        this.#latestPath = path;
        this.#latest = descriptor;
        return descriptor;
    }

    /** Closes a file, for instance because another takes its place. */
    close(path: string): void {
        const descriptor = this.#descriptors.get(path);
        if (descriptor === undefined) return;
        this.#descriptors.delete(path);
        if (path === this.#latestPath) this.#latestPath = '';
        closeSync(descriptor);
    }

    /** Closes all files under a directory. */
    closeUnder(directory: string): void {
        for (const path of [...this.#descriptors.keys()]) {
            if (path.startsWith(directory + sep)) this.close(path);
        }
    }

    closeAll(): void {
        this.#closeOldest(this.#descriptors.size);
    }

    #open(path: string): number {
        try {
            return openSync(path, 'a+');
        } catch (error) {
            const code = errnoOf(error);
            if (code === 'ENOENT') mkdirSync(dirname(path), { recursive: true });
            else if (code === 'EMFILE' || code === 'ENFILE') this.#closeOldest(Math.ceil(this.#descriptors.size / 2));
            else throw error;
            return openSync(path, 'a+');
        }
    }

    #closeOldest(count: number): void {
        for (const path of [...this.#descriptors.keys()].slice(0, count)) this.close(path);
    }
}
