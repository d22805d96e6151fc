import { invalid } from '../../util/check.js';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EngineError } from '../../errors/engine-error.js';
import type { NetworkHandler } from '../../model/network.js';
import type { CallOptions, EmbedderOptions, StartOptions } from '../../model/api/run.js';
import type { WaitOptions } from '../../model/client/run.js';

/** Start options that only {@link Engine.start} and {@link Engine.call} accept: clients and Actors cannot set them. */
export interface HostStartOptions {
    /**
     * Answers the HTTP requests of this run's Actor, in place of the engine's option `network`. The handler is not stored: if
     * another process resurrects the run (option `recovery`), its requests fail.
     */
    readonly network?: NetworkHandler;
    /** Modules that this run imports before its Actor, after those of {@link EngineOptions.setupFiles}. Default: none. */
    readonly setupFiles?: readonly (string | URL)[];
}

/** Options of {@link Engine.start}. */
export interface EngineStartOptions extends StartOptions, HostStartOptions {}

/** Options of {@link Engine.call}. */
export interface EngineCallOptions extends CallOptions, HostStartOptions, Pick<WaitOptions, 'signal'> {}

/**
 * Splits the options of a start into those that only the embedding process can set and the rest.
 *
 * @throws EngineError `invalid-value`, also for a setup file that does not exist.
 */
export function splitEmbedderOptions<Options extends HostStartOptions>(
    options: Options,
): { embedderOptions: EmbedderOptions | undefined; startOptions: Options } {
    // The start itself rejects options that are not an object.
    if (typeof options !== 'object' || options === null || !('network' in options || 'setupFiles' in options)) {
        return { embedderOptions: undefined, startOptions: options };
    }
    const { network, setupFiles, ...rest } = options;
    if (network !== undefined && typeof network !== 'function') {
        const remedy = 'To set the network policy of all runs, use the option `network` of `createEngine()`.';
        throw invalid('options.network', network, 'a function from `Request` to `Response`', remedy);
    }
    const files = resolveSetupFiles('options.setupFiles', setupFiles);
    const isPlain = network === undefined && setupFiles === undefined;
    const embedderOptions = isPlain
        ? undefined
        : { ...(network && { network }), ...(files.length > 0 && { setupFiles: files }) };
    return { embedderOptions, startOptions: rest as Options };
}

/**
 * Resolves setup files to `file:` URLs. Relative paths start at the current directory.
 *
 * @param path - Name of the option in error messages.
 * @throws EngineError `invalid-value`, also for a file that does not exist.
 */
export function resolveSetupFiles(path: string, files: unknown): readonly string[] {
    if (files === undefined) return [];
    if (!Array.isArray(files)) throw invalid(path, files, "an array of paths or `file:` URLs, such as ['./setup.js']");
    return files.map((file: unknown, index) => resolveSetupFile(`${path}[${index}]`, file));
}

function resolveSetupFile(path: string, file: unknown): string {
    const location = file instanceof URL ? file.href : file;
    const expected = 'the path or `file:` URL of a module';
    if (typeof location !== 'string' || location === '') throw invalid(path, file, expected);
    const isUrl = /^[a-z][a-z+.-]+:\/\//i.test(location);
    if (isUrl && !location.startsWith('file:')) throw invalid(path, location, expected);
    const absolute = isUrl ? fileURLToPath(location) : resolve(location);
    if (statSync(absolute, { throwIfNoEntry: false })?.isFile() === true) {
        return isUrl ? location : pathToFileURL(absolute).href;
    }
    throw new EngineError(
        'invalid-value',
        `\`${path}\` is '${location}', but the file ${absolute} does not exist. Relative paths start at ${process.cwd()}.`,
        { details: { path } },
    );
}
