import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { PRIVATE_FILE } from '../../storage/file/atomic-file.js';
import { createStorageDirectory, findDirectoryOwner } from '../../storage/file/directory/directory-lock.js';
import { fsError, ifExists, wrapFsError } from '../../storage/file/fs-error.js';
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

/** Options that select a storage directory or a running engine. */
export type LocationOptions = OptionsOf<typeof LOCATION_OPTIONS>;

const DEFAULT_STORAGE_DIR = '.greenroom';
const SERVER_FILE = 'server.json';

/**
 * The clock of an engine that is opened for one command. Timers never fire: reading data must not trigger schedules, retry
 * webhooks or delete old records.
 */
export const timerlessClock: Clock = {
    now: () => systemClock.now(),
    after: () => () => {},
};

/**
 * Does work with the API of the selected engine: the server of `--url`, else the server that owns the storage directory, else an
 * engine that is opened on that directory and closed afterwards.
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
        const storageDir = resolveStorageDir(cli, options);
        if (create) createStorageDir(storageDir);
        else assertStorageDir(storageDir);
        return createLocalApi(await openEngine(cli, { storageDir, prewarm: 0, clock: timerlessClock }), storageDir);
    };
    const api = findServer(cli, options) ?? (await openDirectory());
    try {
        return await work(api);
    } finally {
        await api.engine?.close();
    }
}

/** Returns the API of the server in the command line or environment, or of the server that owns the storage directory. */
export function findServer(cli: Cli, options: LocationOptions): Api | undefined {
    const address = findNamedServer(cli, options) ?? readServerFile(resolveStorageDir(cli, options));
    return address && new Api(address);
}

/** Creates the API of an engine in this process. */
export function createLocalApi(engine: Engine, directory: string): Api {
    return new Api({ url: 'http://engine', token: engine.token }, engine, directory);
}

/** Loads the engine's code and opens an engine. Its warnings are passed to `warn`, by default as lines on stderr. */
export async function openEngine(
    { err }: Cli,
    options: EngineOptions,
    warn: (line: string) => void = (line) => err.line(line),
): Promise<Engine> {
    const { createEngine } = await import('../../engine/create-engine.js');
    const print = (message: string): void =>
        warn(`${err.paint('yellow', 'warning:')} ${escapeControlCharacters(message)}`);
    // Not by events: warnings can occur before a listener can be added.
    const logger: EngineLogger = { debug: () => {}, info: () => {}, warn: print, error: print };
    return createEngine({ ...options, logger });
}

/** Resolves the absolute path of the storage directory, which need not exist. */
export function resolveStorageDir({ env, cwd }: Cli, { storage }: LocationOptions): string {
    return resolve(cwd, storage ?? (env['GREENROOM_STORAGE'] || DEFAULT_STORAGE_DIR));
}

/** Creates a storage directory that Git ignores, if it is missing. Returns true if it was. */
export function createStorageDir(directory: string): boolean {
    try {
        const isNew = createStorageDirectory(directory);
        const ignore = join(directory, '.gitignore');
        if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: PRIVATE_FILE });
        return isNew;
    } catch (cause) {
        const { code, message, details } = fsError('create', directory, cause);
        throw new EngineError(code, `${message} For another storage directory: --storage DIR.`, { details, cause });
    }
}

/** @throws EngineError `storage-missing` if the directory does not exist. */
export function assertStorageDir(directory: string): void {
    if (existsSync(directory)) return;
    const message =
        `The storage directory \`${directory}\` does not exist: nothing has run here yet. ` +
        'Run an Actor with `greenroom run`, change to the directory where you ran one, or pass --storage DIR.';
    throw new EngineError('storage-missing', message, { details: { directory } });
}

/** Returns the server that `--url` or GREENROOM_URL names; `--storage` overrides the latter. */
function findNamedServer({ env }: Cli, { url: urlOption, storage, token }: LocationOptions): ServerAddress | undefined {
    if (urlOption !== undefined && storage !== undefined)
        throw usageError('--url and --storage cannot be combined. Leave one of them out.');
    const url = urlOption ?? (storage === undefined ? env['GREENROOM_URL'] : undefined);
    if (!url) return undefined;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
        throw usageError(`'${url}' is not the URL of a server, such as http://127.0.0.1:4400.`);
    // It may be the link to the console that `greenroom dev` prints, with the token.
    const { origin, hash } = new URL(url);
    const linkToken = new URLSearchParams(hash.slice(1)).get('token');
    return { url: origin, token: token ?? linkToken ?? env['GREENROOM_TOKEN'] ?? '' };
}

/*
 * A server writes its address and token into the storage directory that it owns, for other commands. Users who can read the file
 * can also read the data. The file is only valid while its writer owns the directory: the port of a killed process may belong to
 * another program by now.
 */

/** Writes the address of this process into a directory that it owns. Returns a function that removes it. */
export function writeServerFile(directory: string, address: ServerAddress): () => void {
    const path = join(directory, SERVER_FILE);
    const text = `${JSON.stringify({ ...address, ...ownIdentity() }, undefined, 4)}\n`;
    wrapFsError('write', path, () => {
        rmSync(path, { force: true });
        writeFileSync(path, text, { mode: PRIVATE_FILE, flag: 'wx' });
    });
    return () => rmSync(path, { force: true });
}

/** Returns the address of the server that owns a directory; undefined without one. */
export function readServerFile(directory: string): ServerAddress | undefined {
    const path = join(directory, SERVER_FILE);
    // Also if the directory is a file, about which the caller's next step says more.
    if (!existsSync(path)) return undefined;
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    // It may be invalid while it is written, or after a power loss.
    const written = Object(parseJson(text ?? '')) as Partial<ServerAddress & ProcessIdentity>;
    const { url, token, pid, hostname, birth } = written;
    if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return undefined;
    const owner = findDirectoryOwner(directory);
    const isOwner = owner !== undefined && isSameProcess(owner, { pid, hostname: String(hostname), birth });
    return isOwner ? { url, token } : undefined;
}
