import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../errors/engine-error.js';
import { show, findClosest } from '../../util/check.js';

const MODULE = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);

/** The beginning of a URL, but not of a Windows path. */
const URL_START = /^(?:file:|[a-z][a-z+.-]+:\/\/)/i;

const MAX_NAMES_SHOWN = 8;

/** A resolved path. */
interface ActorPath {
    type: 'folder' | 'module';
    /** Absolute. */
    path: string;
}

/**
 * Resolves a path or a `file:` URL to a folder or a module.
 *
 * @param from - The base of relative paths.
 * @throws EngineError `actor-source-invalid`, with the nearest existing name.
 */
export function resolveActorPath(text: string, from: string): ActorPath {
    if (text === '') throw sourceError('The source of the Actor is an empty string, but must be a path.', text);
    if (text.includes('\n')) {
        const message = `The source of the Actor is ${show(text)}, but a string must be a path.`;
        throw sourceError(`${message} To pass code, use { name, source }.`, text);
    }
    const path = URL_START.test(text) ? toPath(text) : resolve(from, text);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return { type: 'folder', path };
    if (stats === undefined) throw missingError(path);
    if (stats.isFile() && MODULE.has(extname(path))) return { type: 'module', path };
    const remedy = `Use the Actor's folder, or a module with the extension ${[...MODULE].join(', ')}.`;
    throw sourceError(`${path} is not an Actor. ${remedy}`, path);
}

function toPath(url: string): string {
    try {
        return fileURLToPath(url);
    } catch (cause) {
        throw new EngineError(
            'actor-source-invalid',
            `The source of the Actor, '${url}', is not the URL of a local file.`,
            {
                details: { path: url },
                cause,
            },
        );
    }
}

function missingError(path: string): EngineError {
    let parent = dirname(path);
    let child = basename(path);
    // The topmost missing folder is the one that was mistyped.
    while (!isFolder(parent) && dirname(parent) !== parent) [parent, child] = [dirname(parent), basename(parent)];
    const siblings = listNames(parent);
    const near = siblings.find((name) => name.replace(/\.\w+$/, '') === child) ?? findClosest(child, siblings);
    const shown = siblings.slice(0, MAX_NAMES_SHOWN).join(', ') + (siblings.length > MAX_NAMES_SHOWN ? ', …' : '');
    const contents = siblings.length === 0 ? 'The folder is empty' : `The folder contains ${shown}`;
    const hint = near === undefined ? `${contents}.` : `Did you mean \`${near}\`?`;
    return sourceError(`No Actor found at ${path}: \`${child}\` does not exist in ${parent}. ${hint}`, path);
}

function isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function listNames(folder: string): string[] {
    try {
        return readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'node_modules');
    } catch {
        // Without permission to list the folder, the error has no hint.
        return [];
    }
}

function sourceError(message: string, path: string): EngineError {
    return new EngineError('actor-source-invalid', message, { details: { path } });
}
