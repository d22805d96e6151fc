import { closeSync, openSync } from 'node:fs';
import { sep } from 'node:path';
import { openForWriting } from './atomic-file.js';
import { descriptorLimit, registerDescriptorHolder } from './descriptor-limit.js';
import { errnoOf } from './fs-error.js';

/** Maximum number of open files, so that many storages cannot use up the descriptors of the process. */
const MAX_OPEN = 256;
/** Maximum share of the process's limit; threads and sockets need descriptors too. */
const MAX_SHARE = 1 / 8;
/** Errors of the system for a file that can only be read. */
const READ_ONLY_ERRNOS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

/**
 * Keeps recently used files open for appending and reading. A descriptor is valid until the next call, which may close it to open
 * another file.
 */
export class FileDescriptorCache {
    /** By path, least recently used first. */
    readonly #descriptors = new Map<string, number>();
    readonly #createFolder: (path: string) => void;
    readonly #maxOpen = Math.max(4, Math.min(MAX_OPEN, Math.floor(descriptorLimit() * MAX_SHARE)));
    readonly #unregister = registerDescriptorHolder(() => this.#closeOldest(this.#descriptors.size));
    /** Paths of the open files that can only be read. */
    readonly #readOnly = new Set<string>();
    #latestPath = '';
    #latest = -1;

    /** @param createFolder - Creates the folder of a file that is opened for writing. */
    constructor(createFolder: (path: string) => void) {
        this.#createFolder = createFolder;
    }

    /** Returns a descriptor for reading and appending. Creates the file and its directory if they are missing. */
    get(path: string): number {
        if (this.#readOnly.has(path)) this.close(path);
        return this.#get(path, (missing) => openForWriting(missing, 'a+', { createFolder: this.#createFolder }));
    }

    /** Returns a descriptor for reading, also of a file without write permission. */
    getForReading(path: string): number {
        return this.#get(path, (missing) => this.#openForReading(missing));
    }

    #get(path: string, open: (path: string) => number): number {
        if (path === this.#latestPath) return this.#latest;
        let descriptor = this.#descriptors.get(path);
        if (descriptor === undefined) {
            if (this.#descriptors.size >= this.#maxOpen) this.#closeOldest(1);
            descriptor = open(path);
        }
        this.#descriptors.delete(path);
        this.#descriptors.set(path, descriptor);
        this.#latestPath = path;
        this.#latest = descriptor;
        return descriptor;
    }

    /** Closes a file, for instance before another one replaces it. */
    close(path: string): void {
        const descriptor = this.#descriptors.get(path);
        if (descriptor === undefined) return;
        this.#descriptors.delete(path);
        this.#readOnly.delete(path);
        if (path === this.#latestPath) this.#latestPath = '';
        closeSync(descriptor);
    }

    /** Closes all files under a directory. */
    closeUnder(directory: string): void {
        for (const path of [...this.#descriptors.keys()]) {
            if (path.startsWith(directory + sep)) this.close(path);
        }
    }

    /** Closes all files permanently. */
    closeAll(): void {
        this.#closeOldest(this.#descriptors.size);
        this.#unregister();
    }

    #openForReading(path: string): number {
        try {
            return openForWriting(path, 'a+');
        } catch (error) {
            if (!READ_ONLY_ERRNOS.has(errnoOf(error) ?? '')) throw error;
            const descriptor = openSync(path, 'r');
            this.#readOnly.add(path);
            return descriptor;
        }
    }

    #closeOldest(count: number): number {
        const oldest = [...this.#descriptors.keys()].slice(0, count);
        for (const path of oldest) this.close(path);
        return oldest.length;
    }
}
