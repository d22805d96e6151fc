import { statSync, type Dirent, type Stats } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { findJsonError, isJsonObject, type JsonObject } from '../../util/json/json.js';

/**
 * Reads files and records the state of each, including absent ones. A result computed from the files stays valid as long as
 * {@link FileChangeDetector.areUnchanged} returns true, which costs one `stat` per file and no read.
 */
export class FileChangeDetector {
    readonly #fingerprints = new Map<string, string>();

    isFile(path: string): boolean {
        return this.#stat(path)?.isFile() ?? false;
    }

    isFolder(path: string): boolean {
        return this.#stat(path)?.isDirectory() ?? false;
    }

    /** Returns the size of a file in bytes; 0 if it does not exist. */
    size(path: string): number {
        return this.#stat(path)?.size ?? 0;
    }

    /** Returns the modification time of a file; 0 if it does not exist. */
    modifiedAtMillis(path: string): number {
        return this.#stat(path)?.mtimeMs ?? 0;
    }

    /** Returns the text of a file; undefined if it does not exist. */
    async readText(path: string): Promise<string | undefined> {
        return this.isFile(path) ? readFile(path, 'utf8') : undefined;
    }

    /**
     * Returns the JSON object in a file; undefined if the file does not exist.
     *
     * @throws EngineError `actor-source-invalid`, with the line and column of a syntax error.
     */
    async readJson(file: string): Promise<JsonObject | undefined> {
        const text = await this.readText(file);
        if (text === undefined) return undefined;
        const value = parse(file, text.replace(/^\uFEFF/, ''));
        if (isJsonObject(value)) return value;
        const message = `${file} contains ${show(value)}, but must contain a JSON object.`;
        throw new EngineError('actor-source-invalid', message, { details: { file } });
    }

    /** Returns the entries of a folder, sorted by name; none if it does not exist. */
    async listFolder(path: string): Promise<Dirent[]> {
        if (!this.isFolder(path)) return [];
        const entries = await readdir(path, { withFileTypes: true });
        return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    }

    /** True if none of the files has changed since it was first read or checked. */
    areUnchanged(): boolean {
        for (const [path, recorded] of this.#fingerprints) {
            if (fingerprint(stat(path)) !== recorded) return false;
        }
        return true;
    }

    // The first state is recorded: the next check detects a change between it and a later read.
    #stat(path: string): Stats | undefined {
        const stats = stat(path);
        if (!this.#fingerprints.has(path)) this.#fingerprints.set(path, fingerprint(stats));
        return stats;
    }
}

function parse(file: string, text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (cause) {
        const { line, column, problem } = findJsonError(text);
        throw new EngineError('actor-source-invalid', `${file}:${line}:${column} is not valid JSON: ${problem}`, {
            details: { file, line, column },
            cause,
        });
    }
}

function stat(path: string): Stats | undefined {
    try {
        return statSync(path, { throwIfNoEntry: false });
    } catch {
        // A file where a folder was expected, or a folder without permission: nothing that could be run.
        return undefined;
    }
}

function fingerprint(stats: Stats | undefined): string {
    return stats === undefined ? 'absent' : `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
}
