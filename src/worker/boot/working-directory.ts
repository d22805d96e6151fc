import { isAbsolute, resolve, sep } from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
import { types } from 'node:util';
import { EngineError } from '../../errors/engine-error.js';
import { PathCall, prefixOf } from './path-call.js';
import {
    replaceFunction,
    wrapFunction,
    type AnyFunction,
    type Functions,
    type Replacement,
} from '../replace-function.js';
import { redirectDescriptors } from '../guards/descriptors.js';

/*
 * The working directory of a thread. Node's native code resolves relative paths against that of the whole process, which
 * belongs to the host; the functions that take paths are wrapped to resolve them first. What they return and throw has
 * the paths that the caller passed.
 */

/**
 * Functions of `fs` with the positions of their arguments that name a file. Most exist also as `…Sync` and in
 * `fs/promises`; not every version of Node has all of them. Missing here are functions that use one of these, such as
 * `createReadStream` and `glob`, or `process.cwd()`, such as `watchFile` and `realpath`.
 */
const PATH_POSITIONS: Readonly<Record<string, readonly number[]>> = {
    access: [0],
    appendFile: [0],
    chmod: [0],
    chown: [0],
    copyFile: [0, 1],
    cp: [0, 1],
    exists: [0],
    lchmod: [0],
    lchown: [0],
    link: [0, 1],
    lstat: [0],
    lutimes: [0],
    mkdir: [0],
    mkdtemp: [0],
    mkdtempDisposable: [0],
    open: [0],
    openAsBlob: [0],
    opendir: [0],
    readFile: [0],
    readdir: [0],
    readlink: [0],
    rename: [0, 1],
    rm: [0],
    rmdir: [0],
    stat: [0],
    statfs: [0],
    // The target is relative to the link.
    symlink: [1],
    truncate: [0],
    unlink: [0],
    utimes: [0],
    watch: [0],
    writeFile: [0],
};

/** How a function returns its result: at once, to a callback, or as a promise. */
type Style = 'sync' | 'callback' | 'promise';
/** How a function takes paths. */
interface Signature {
    /** Without `Sync`. */
    readonly name: string;
    readonly positions: readonly number[];
    readonly style: Style;
}

let directory: string | undefined;
let isInstalled = false;

/** The directory of the program that this thread runs. Undefined in a process of its own, and in a spare. */
export function workingDirectory(): string | undefined {
    return directory;
}

const getHostCwd = process.cwd.bind(process);

function getCwd(): string {
    return directory ?? getHostCwd();
}

/** Sets the directory of the program that this thread runs. */
export function overrideCwd(program: { readonly directory: string }): void {
    ({ directory } = program);
    installWorkingDirectory();
    // Again, since packages that a spare has imported may have replaced it: graceful-fs keeps the first result.
    process.cwd = getCwd;
}

/**
 * Replaces `process.cwd()`, `process.chdir()` and the functions that resolve relative paths. Done before any package is
 * imported, because some keep these functions. Without a directory, they do what they did before.
 */
export function installWorkingDirectory(): void {
    if (isInstalled) return;
    isInstalled = true;
    process.cwd = getCwd;
    process.chdir = (path) => {
        // Many programs only make sure that they run in their own folder.
        if (directory === undefined || resolve(path) !== resolve(directory)) throw chdirError(path);
    };
    if (process.loadEnvFile !== undefined) {
        const wrapper = WRAPPERS.sync({ name: 'loadEnvFile', positions: [0], style: 'sync' });
        const loadEnvFile = wrapFunction(process.loadEnvFile as AnyFunction, wrapper);
        process.loadEnvFile = (path = '.env') => void loadEnvFile(path);
    }
    wrapFileSystem();
    redirectDescriptors();
    syncBuiltinESMExports();
}

function chdirError(path: string): EngineError {
    return new EngineError(
        'isolation-impossible',
        `process.chdir(${JSON.stringify(path)}) failed: a thread cannot change its working directory. ` +
            "Run the Actor with `isolation: 'process'`, or use absolute paths.",
        { details: { path } },
    );
}

function wrapFileSystem(): void {
    const fs = process.getBuiltinModule('node:fs') as unknown as Functions & Record<'promises', Functions>;
    for (const [name, positions] of Object.entries(PATH_POSITIONS)) {
        replaceWith(fs, name, { name, positions, style: styleOf(name) });
        replaceWith(fs, `${name}Sync`, { name, positions, style: 'sync' });
        // Returns an iterator, unlike the others.
        replaceWith(fs.promises, name, { name, positions, style: name === 'watch' ? 'sync' : 'promise' });
    }
    // `realpath` itself uses `process.cwd()`.
    const realpath = { name: 'realpath', positions: [0] };
    replaceWith(fs['realpath'] as unknown as Functions, 'native', { ...realpath, style: 'callback' });
    replaceWith(fs['realpathSync'] as unknown as Functions, 'native', { ...realpath, style: 'sync' });
    replaceWith(fs.promises, 'realpath', { ...realpath, style: 'promise' });
}

function styleOf(name: string): Style {
    if (name === 'watch') return 'sync';
    return name === 'openAsBlob' ? 'promise' : 'callback';
}

function replaceWith(owner: Functions, key: string, signature: Signature): void {
    replaceFunction(owner, key, WRAPPERS[signature.style](signature));
}

type Wrapper = (signature: Signature) => Replacement;

const WRAPPERS: Readonly<Record<Style, Wrapper>> = {
    sync: (signature) =>
        function wrapped(original, self, args) {
            const call = resolveArguments(args, signature);
            if (call === undefined) return Reflect.apply(original, self, args);
            return call.restoreResult(call.run(() => Reflect.apply(original, self, args), wrapped as AnyFunction));
        },
    callback: (signature) =>
        function wrapped(original, self, args) {
            const call = resolveArguments(args, signature);
            const last = args.findLastIndex((value) => typeof value === 'function');
            if (call === undefined || last === -1) return Reflect.apply(original, self, args);
            const callback = args[last] as AnyFunction;
            args[last] = function restored(this: unknown, ...[error, ...results]: unknown[]) {
                const values = results.map((result) => call.restoreResult(result));
                return Reflect.apply(callback, this, [call.restoreError(error, restored), ...values]);
            };
            return call.run(() => Reflect.apply(original, self, args), wrapped as AnyFunction);
        },
    promise: (signature) => {
        const settle = async (call: PathCall, result: () => unknown): Promise<unknown> => {
            try {
                return call.restoreResult(await result());
            } catch (error) {
                throw call.restoreError(error, settle as AnyFunction);
            }
        };
        return (original, self, args) => {
            const call = resolveArguments(args, signature);
            const result = (): unknown => Reflect.apply(original, self, args);
            return call === undefined ? result() : settle(call, result);
        };
    },
};

/** Resolves the relative paths in place. Undefined if there are none. */
function resolveArguments(args: unknown[], { name, positions }: Signature): PathCall | undefined {
    if (directory === undefined) return undefined;
    let call: PathCall | undefined;
    for (const position of positions) {
        const given = args[position];
        const absolute = resolvePath(given);
        if (absolute === given) continue;
        call ??= new PathCall(name, directory);
        call.add(position, given, absolute);
        args[position] = absolute;
    }
    if (name === 'cp' && call !== undefined) args[2] = call.withFilter(args[2]);
    return call;
}

/** Returns a relative path as an absolute one, and everything else unchanged. */
export function resolvePath(path: unknown): unknown {
    if (directory === undefined) return path;
    if (typeof path === 'string') return isRelative(path) ? joinPath(directory, path) : path;
    if (!types.isUint8Array(path)) return path;
    const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength);
    // Keeps bytes that are not valid UTF-8.
    const text = bytes.toString('latin1');
    if (!isRelative(text)) return path;
    const joined =
        sep === '/'
            ? Buffer.concat([Buffer.from(prefixOf(directory)), bytes])
            : Buffer.from(joinPath(directory, bytes.toString()));
    return Buffer.isBuffer(path) ? joined : new Uint8Array(joined);
}

/** Node rejects an empty path and one with a null byte; its errors show the path. */
function isRelative(path: string): boolean {
    return path !== '' && !isAbsolute(path) && !path.includes('\0');
}

/**
 * Appended without normalizing, since `..` after a symbolic link and a slash at the end have a meaning for the system.
 * Windows normalizes all paths itself, and has relative paths with a drive.
 */
function joinPath(base: string, path: string): string {
    if (sep === '/') return prefixOf(base) + path;
    return resolve(base, path) + (/[\\/]$/.test(path) ? sep : '');
}
