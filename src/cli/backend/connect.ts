import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { findDirectoryOwner } from '../../storage/file/directory/directory-lock.js';
import { ifExists, wrapFsError } from '../../storage/file/fs-error.js';
import { isSameProcess, ownIdentity, type ProcessIdentity } from '../../storage/file/directory/process-id.js';
import { systemClock, type Clock } from '../../util/clock.js';
import { usageError } from '../errors.js';
import { parseJson } from '../../util/json/json.js';
import { escapeControlCharacters } from '../ui/escape-control-characters.js';
import { Api, type ServerAddress } from './api.js';
import type { Engine } from '../../engine/engine.js';
import type { EngineLogger, EngineOptions } from '../../engine/options/options.js';
import type { Cli } from '../cli.js';
import type { OptionsOf, LOCATION_OPTIONS } from '../command.js';

/** Names a storage directory or a running engine. */
export type LocationOptions = OptionsOf<typeof LOCATION_OPTIONS>;

const DEFAULT_STORAGE_DIR = '.greenroom';
const SERVER_FILE = 'server.json';

/**
 * The clock of an engine that is opened for one command: timers never fire. Reading data must not trigger schedules, retry
 * webhooks or delete old records.
 */
export const timerlessClock: Clock = {
    now: () => systemClock.now(),
    after: () => () => {},
};

/**
 * Does work with the API of the engine that a command names: the server of `--url`, or the server that owns the storage
 * directory, or an engine that is opened on that directory and closed afterwards.
 *
 * @param create - If set, a missing storage directory is created.
 * @throws EngineError `bad-usage`, `storage-missing`, `storage-in-use`, `server-unreachable`.
 */
export async function withApi<Result>(
    cli: Cli,
    options: LocationOptions,
    work: (api: Api) => Promise<Result>,
    create = false,
): Promise<Result> {
    const openDirectory = async (): Promise<Api> => {
        const storageDir = storageDirOf(cli, options);
        if (create) makeStorageDir(storageDir);
        else requireDirectory(storageDir);
        return apiOf(await openEngine(cli, { storageDir, prewarm: 0, clock: timerlessClock }), storageDir);
    };
    const api = findServer(cli, options) ?? (await openDirectory());
    try {
        return await work(api);
    } finally {
        await api.engine?.close();
    }
}

/** Returns the API of the server that the command line or the environment names, or that owns the storage directory. */
export function findServer(cli: Cli, options: LocationOptions): Api | undefined {
    const address = namedServer(cli, options) ?? readServerFile(storageDirOf(cli, options));
    return address && new Api(address);
}

/** Returns the API of an engine in this process. */
export function apiOf(engine: Engine, directory: string): Api {
    return new Api({ url: 'http://engine', token: engine.token }, engine, directory);
}

/** Opens an engine, which is loaded only then. Lines with its warnings go to stderr, unless `warn` takes them. */
export async function openEngine(
    { err }: Cli,
    options: EngineOptions,
    warn: (line: string) => void = (line) => err.line(line),
): Promise<Engine> {
    const { createEngine } = await import('../../engine/create-engine.js');
    const print = (message: string): void =>
        warn(`${err.paint('yellow', 'warning:')} ${escapeControlCharacters(message)}`);
    // Not by events: there are warnings before the engine can be listened to.
    const logger: EngineLogger = { debug: () => {}, info: () => {}, warn: print, error: print };
    return createEngine({ ...options, logger });
}

/** Returns the absolute path of the storage directory, which need not exist. */
export function storageDirOf({ env, cwd }: Cli, { storage }: LocationOptions): string {
    return resolve(cwd, storage ?? (env['GREENROOM_STORAGE'] || DEFAULT_STORAGE_DIR));
}

/** Creates a storage directory that Git ignores, unless it exists. Returns true if it did not. */
export function makeStorageDir(directory: string): boolean {
    return wrapFsError('make', directory, () => {
        const isNew = mkdirSync(directory, { recursive: true }) !== undefined;
        const ignore = join(directory, '.gitignore');
        if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
        return isNew;
    });
}

/** @throws EngineError `storage-missing` if there is no directory. */
export function requireDirectory(directory: string): void {
    if (existsSync(directory)) return;
    const message =
        `The storage directory \`${directory}\` does not exist: nothing has run here yet. ` +
        'Run an Actor with `greenroom run`, change to the folder where you did, or name the directory: --storage DIR.';
    throw new EngineError('storage-missing', message, { details: { directory } });
}

/** Returns the server that `--url` or GREENROOM_URL names; `--storage` overrides the latter. */
function namedServer({ env }: Cli, { url: given, storage, token }: LocationOptions): ServerAddress | undefined {
    if (given !== undefined && storage !== undefined)
        throw usageError('--url and --storage name two places. Leave one of them out.');
    const url = given ?? (storage === undefined ? env['GREENROOM_URL'] : undefined);
    if (!url) return undefined;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
        throw usageError(`'${url}' is not a URL of an engine, such as http://127.0.0.1:4400.`);
    // It may be the link to the console with the token, as `greenroom dev` prints it.
    const { origin, hash } = new URL(url);
    const ofLink = new URLSearchParams(hash.slice(1)).get('token');
    return { url: origin, token: token ?? ofLink ?? env['GREENROOM_TOKEN'] ?? '' };
}

/*
 * A server writes its address and token into the storage directory that it owns, for other commands to use. Every user who
 * can read the file can read the data, too. It counts only while its writer owns the directory: the file of a killed process
 * names a port that may belong to another program by now.
 */

/** Writes the address of this process into a directory that it owns. Returns a function that removes it. */
export function writeServerFile(directory: string, address: ServerAddress): () => void {
    const path = join(directory, SERVER_FILE);
    const text = `${JSON.stringify({ ...address, ...ownIdentity() }, undefined, 4)}\n`;
    wrapFsError('write', path, () => {
        rmSync(path, { force: true });
        writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
        chmodSync(path, 0o600);
    });
    return () => rmSync(path, { force: true });
}

/** Returns the address of the server that owns a directory, if there is one. */
export function readServerFile(directory: string): ServerAddress | undefined {
    const path = join(directory, SERVER_FILE);
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    // It is not JSON while it is written, or after a power loss.
    const written = Object(parseJson(text ?? '')) as Partial<ServerAddress & ProcessIdentity>;
    const { url, token, pid, hostname, birth } = written;
    if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return undefined;
    const owner = findDirectoryOwner(directory);
    const isOwner = owner !== undefined && isSameProcess(owner, { pid, hostname: String(hostname), birth });
    return isOwner ? { url, token } : undefined;
}
