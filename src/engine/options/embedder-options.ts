import { invalid } from '../../util/check.js';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EngineError } from '../../errors/engine-error.js';
import type { NetworkHandler } from '../../model/network.js';
import type { CallOptions, EmbedderOptions, StartOptions } from '../../model/api/run.js';

/** What a start by {@link Engine.start} or {@link Engine.call} can be given besides; no client and no Actor can give it. */
export interface HostStartOptions {
    /**
     * Answers what the Actor of this run asks outside, in place of what the engine's option `network` says. A run that goes
     * on in another process of yours, by `recovery`, has none of its requests answered.
     */
    readonly network?: NetworkHandler;
    /** Modules that this run imports before its Actor, after those of the engine; see the engine's option. */
    readonly setupFiles?: readonly (string | URL)[];
}

/** Options of {@link Engine.start}. */
export interface EngineStartOptions extends StartOptions, HostStartOptions {}

/** Options of {@link Engine.call}. */
export interface EngineCallOptions extends CallOptions, HostStartOptions {}

/**
 * Takes what only the engine's holder can give a run out of the options of a start.
 *
 * @throws EngineError `invalid-value`, also where a setup file is missing.
 */
export function splitEmbedderOptions<Options extends HostStartOptions>(
    options: Options,
): { given: EmbedderOptions | undefined; rest: Options } {
    // Of what is no object at all, others tell.
    const { network, setupFiles, ...rest } = options ?? {};
    if (network === undefined && setupFiles === undefined) return { given: undefined, rest: options };
    if (network !== undefined && typeof network !== 'function') {
        const remedy = 'What all runs may reach is an option of the engine.';
        throw invalid('options.network', network, 'a function from `Request` to `Response`', remedy);
    }
    const files = resolveSetupFiles('options.setupFiles', setupFiles);
    const given = { ...(network && { network }), ...(files.length > 0 && { setupFiles: files }) };
    return { given, rest: rest as Options };
}

/**
 * The setup files that somebody asks for, as `file:` URLs. Relative paths start at the current directory.
 *
 * @param path - Of the option, for messages.
 * @throws EngineError `invalid-value`, also where there is no such file.
 */
export function resolveSetupFiles(path: string, files: unknown): readonly string[] {
    if (files === undefined) return [];
    if (!Array.isArray(files)) throw invalid(path, files, "an array of paths or `file:` URLs, as ['./setup.js']");
    return files.map((file: unknown, index) => resolveSetupFile(`${path}[${index}]`, file));
}

function resolveSetupFile(path: string, file: unknown): string {
    const given = file instanceof URL ? file.href : file;
    const expected = 'the path or `file:` URL of a module';
    if (typeof given !== 'string' || given === '') throw invalid(path, file, expected);
    const isUrl = /^[a-z][a-z+.-]+:\/\//i.test(given);
    if (isUrl && !given.startsWith('file:')) throw invalid(path, given, expected);
    const absolute = isUrl ? fileURLToPath(given) : resolve(given);
    if (statSync(absolute, { throwIfNoEntry: false })?.isFile() === true) {
        return isUrl ? given : pathToFileURL(absolute).href;
    }
    throw new EngineError(
        'invalid-value',
        `\`${path}\` is '${given}', but there is no file ${absolute}. Relative paths start at ${process.cwd()}.`,
        { details: { path } },
    );
}
