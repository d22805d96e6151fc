import { join, normalize, relative, sep } from 'node:path';
import type { Dir, Dirent } from 'node:fs';
import type { AnyFunction } from '../replace-function.js';

/** Functions that take two paths. */
const TWO_PATHS: ReadonlySet<string> = new Set(['copyFile', 'cp', 'link', 'rename', 'symlink']);

/** A call with relative paths, whose results and errors are given the paths of the caller. */
export class PathCall {
    readonly #name: string;
    readonly #directory: string;
    /** The paths that were relative, by the position of their argument. */
    readonly #paths = new Map<number, readonly [given: string, absolute: string]>();

    constructor(name: string, base: string) {
        this.#name = name;
        this.#directory = base;
    }

    add(position: number, given: unknown, absolute: unknown): void {
        this.#paths.set(position, [toText(given), toText(absolute)]);
    }

    /** Makes the filter of `cp` see the paths of the caller. */
    withFilter(options: unknown): unknown {
        const { filter } = (options ?? {}) as { filter?: unknown };
        if (typeof filter !== 'function') return options;
        const wrapped = (...paths: string[]): unknown => {
            const given = paths.map((path, position) => this.#restoreChild(position, path));
            return Reflect.apply(filter, undefined, given);
        };
        return { ...(options as object), filter: wrapped };
    }

    /** @param wrapper - The function that stack traces begin after. */
    run(original: () => unknown, wrapper: AnyFunction): unknown {
        try {
            return original();
        } catch (error) {
            throw this.restoreError(error, wrapper);
        }
    }

    restoreResult(result: unknown): unknown {
        switch (this.#name) {
            case 'mkdir':
            case 'mkdtemp':
                return this.#shorten(result);
            case 'mkdtempDisposable':
                return changeProperties(result, ['path'], (path) => this.#shorten(path));
            case 'readdir':
                return Array.isArray(result) ? result.map((entry) => this.#restoreEntry(entry)) : result;
            case 'opendir':
                return result === undefined ? result : this.#restoreDir(result as Dir);
            default:
                return result;
        }
    }

    restoreError(error: unknown, wrapper: AnyFunction): unknown {
        if (!(error instanceof Error)) return error;
        const message = this.#isMixed ? this.#restoreOnePath(error.message) : this.#restoreText(error.message);
        if (message === error.message) return error;
        if (this.#isMixed) {
            const [[position, [given]]] = [...this.#paths] as [[number, readonly [string, string]]];
            changeProperties(error, [position === 0 ? 'path' : 'dest'], () => given);
        } else {
            changeProperties(error, ['path', 'dest', 'filename'], (path) => this.#restoreText(String(path)));
        }
        error.message = message;
        // Formatted only when it is read.
        Error.captureStackTrace(error, wrapper);
        return error;
    }

    /** True if the function takes two paths, and the other one is absolute or the target of a symbolic link. */
    get #isMixed(): boolean {
        return this.#paths.size === 1 && TWO_PATHS.has(this.#name);
    }

    /** Restores the paths in a text, also those of files in a folder, which Node normalizes. */
    #restoreText(text: string): string {
        let restored = text;
        for (const [given, absolute] of this.#paths.values()) restored = restored.replaceAll(absolute, () => given);
        return restored.replaceAll(prefixOf(this.#directory), '');
    }

    /** Restores one path in a message that has both in the order of the arguments. */
    #restoreOnePath(message: string): string {
        const [[position, [given, absolute]]] = [...this.#paths] as [[number, readonly [string, string]]];
        const start = position === 0 ? message.indexOf(absolute) : message.lastIndexOf(absolute);
        return start === -1 ? message : message.slice(0, start) + given + message.slice(start + absolute.length);
    }

    #restoreEntry(entry: unknown): unknown {
        // Older versions of Node have both.
        return changeProperties(entry, ['parentPath', 'path'], (path) => this.#restoreChild(0, path));
    }

    /** Returns a path in the folder of an argument as Node joins it: the folder as given, or a normalized path below it. */
    #restoreChild(position: number, path: unknown): unknown {
        const pair = this.#paths.get(position);
        if (pair === undefined || typeof path !== 'string') return pair === undefined ? path : this.#shorten(path);
        const [given, absolute] = pair;
        return path === absolute ? given : join(given, relative(normalize(absolute), path));
    }

    /** Returns a path in a result as it would be without the directory. */
    #shorten(path: unknown): unknown {
        if (path instanceof Uint8Array) return path.subarray(Buffer.byteLength(prefixOf(this.#directory)));
        if (typeof path !== 'string') return path;
        const prefix = prefixOf(this.#directory);
        return path.startsWith(prefix) ? path.slice(prefix.length) : relative(this.#directory, path);
    }

    #restoreDir(dir: Dir): Dir {
        const restore = <Entry extends Dirent | null>(entry: Entry): Entry => this.#restoreEntry(entry) as Entry;
        const path = this.#shorten(dir.path);
        const read = dir.read.bind(dir) as AnyFunction;
        const readSync = dir.readSync.bind(dir);
        const iterate = dir[Symbol.asyncIterator].bind(dir);
        const entries = async function* () {
            for await (const entry of { [Symbol.asyncIterator]: iterate }) yield restore(entry);
        };
        return Object.defineProperties(dir, {
            path: { value: path },
            read: {
                value: (callback?: AnyFunction) =>
                    callback === undefined
                        ? (read() as Promise<Dirent | null>).then(restore)
                        : read((error: unknown, entry: Dirent | null) => callback(error, restore(entry))),
            },
            readSync: { value: () => restore(readSync()) },
            entries: { value: entries },
            [Symbol.asyncIterator]: { value: entries },
        });
    }
}

/** Returns a directory with the separator at its end. */
export function prefixOf(base: string): string {
    return base.endsWith(sep) ? base : base + sep;
}

function toText(path: unknown): string {
    return typeof path === 'string' ? path : Buffer.from(path as Uint8Array).toString();
}

/** Changes those of the properties that an object has. Other values have none. */
function changeProperties(target: unknown, names: readonly string[], change: (value: unknown) => unknown): unknown {
    if (typeof target !== 'object' || target === null) return target;
    const record = target as Record<string, unknown>;
    for (const name of names) if (Object.hasOwn(record, name)) record[name] = change(record[name]);
    return target;
}
