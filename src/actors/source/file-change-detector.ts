import { statSync, type Dirent, type Stats } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { findJsonError, isJsonObject, type JsonObject } from '../../util/json/json.js';

/**
 * Reads files and remembers in which state it saw each of them, absent ones too. What was concluded from them holds
 * for as long as {@link FileChangeDetector.areUnchanged} says so, which costs one `stat` a file and no read.
 */
export class FileChangeDetector {
    readonly #fingerprints = new Map<string, string>();

    isFile(path: string): boolean {
        return this.#stat(path)?.isFile() ?? false;
    }

    isFolder(path: string): boolean {
        return this.#stat(path)?.isDirectory() ?? false;
    }

    /** Bytes of a file; 0 when there is none. */
    size(path: string): number {
        return this.#stat(path)?.size ?? 0;
    }

    /** The text of a file, or undefined when there is no such file. */
    async readText(path: string): Promise<string | undefined> {
        return this.isFile(path) ? readFile(path, 'utf8') : undefined;
    }

    /**
     * The JSON object that a file holds, or undefined when there is no such file.
     *
     * @throws EngineError `actor-source-invalid`, with the line and column of what is not JSON.
     */
    async readJson(file: string): Promise<JsonObject | undefined> {
        const text = await this.readText(file);
        if (text === undefined) return undefined;
        const value = parse(file, text.replace(/^\uFEFF/, ''));
        if (isJsonObject(value)) return value;
        const message = `${file} holds ${show(value)}, but must hold one JSON object, in {}.`;
        throw new EngineError('actor-source-invalid', message, { details: { file } });
    }

    /** What a folder holds, in the order of the names; nothing when there is no such folder. */
    async listFolder(path: string): Promise<Dirent[]> {
        if (!this.isFolder(path)) return [];
        const entries = await readdir(path, { withFileTypes: true });
        return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    }

    /** Whether all that was looked at is still as it was seen. */
    areUnchanged(): boolean {
        for (const [path, stamp] of this.#fingerprints) {
            if (fingerprint(stat(path)) !== stamp) return false;
        }
        return true;
    }

    // The first look counts: what changes between it and a read is noticed by the next check.
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
        throw new EngineError('actor-source-invalid', `${file}:${line}:${column} is not JSON: ${problem}`, {
            details: { file, line, column },
            cause,
        });
    }
}

function stat(path: string): Stats | undefined {
    try {
        return statSync(path, { throwIfNoEntry: false });
    } catch {
        // A file where a folder was expected, or a folder that must not be entered: nothing that could be run.
        return undefined;
    }
}

function fingerprint(stats: Stats | undefined): string {
    return stats === undefined ? 'absent' : `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
}
