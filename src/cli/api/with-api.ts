import { existsSync } from 'node:fs';
import { EngineError } from '../../errors/engine-error.js';
import { openEngine } from '../open-engine.js';
import { quietClock } from '../quiet-clock.js';
import { makeStorageDir, storageDirOf } from '../storage-dir.js';
import { Api } from './api.js';
import { readServerNote } from './server-note.js';
import type { Engine } from '../../engine/engine.js';
import type { CommandCall } from '../command.js';
import type { ApiDoor } from './api-door.js';

/** How {@link withApi} is to find an engine. */
export interface WithApiOptions {
    /** Whether a storage directory that is missing is made. Default: false, there is nothing to be found in it. */
    readonly isToBeMade?: boolean;
}

/**
 * Does something with the API of the engine that a command is about: the server that `--url` names; or the one that owns the
 * storage directory; or else an engine that is opened on that directory, and closed afterwards. The command has to declare
 * `DATA_OPTIONS`.
 *
 * @throws EngineError `bad-usage`, `storage-missing`, `storage-in-use`, `server-unreachable`.
 *
 * @example
 * await withApi(call, async (api) => call.terminal.json(await api.get('acts')));
 */
export async function withApi<Result>(
    call: CommandCall,
    work: (api: Api) => Promise<Result>,
    options: WithApiOptions = {},
): Promise<Result> {
    const door = givenServer(call) ?? (await openDoor(call, options));
    try {
        return await work(new Api(door));
    } finally {
        await door.close();
    }
}

/** The server that the command line or the environment names. */
export function givenServer({ words, env }: CommandCall): ApiDoor | undefined {
    const given = words.text('url');
    const directory = words.text('storage');
    if (given !== undefined && directory !== undefined) {
        throw words.bad('--url and --storage name two places. Leave one of them out.');
    }
    const url = given ?? (directory === undefined ? env['GREENROOM_URL'] : undefined);
    if (url === undefined || url === '') return undefined;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
        throw words.bad(`The URL of the engine is '${url}', but must be one such as http://127.0.0.1:4400.`);
    }
    const { origin, hash } = new URL(url);
    return serverDoor({ url: origin, token: words.text('token') ?? tokenIn(hash) ?? env['GREENROOM_TOKEN'] ?? '' });
}

/** The link to the console, as `greenroom dev` prints it, has the token in it. */
function tokenIn(hash: string): string | undefined {
    return new URLSearchParams(hash.slice(1)).get('token') ?? undefined;
}

/** The way to a server. */
export function serverDoor({ url, token }: { url: string; token: string }): ApiDoor {
    return {
        fetch: (request) => fetch(request),
        baseUrl: url,
        token,
        kind: 'server',
        place: url,
        close: async () => {},
    };
}

/** The way to an engine in this process, which goes with it. */
export function engineDoor(engine: Engine, directory: string): ApiDoor {
    return {
        fetch: engine.fetch,
        baseUrl: 'http://engine',
        token: engine.token,
        kind: 'directory',
        place: directory,
        close: () => engine.close(),
    };
}

async function openDoor(call: CommandCall, { isToBeMade = false }: WithApiOptions): Promise<ApiDoor> {
    const directory = storageDirOf(call);
    if (!existsSync(directory)) {
        if (!isToBeMade) throw storageMissing(directory);
        makeStorageDir(directory);
    }
    const note = readServerNote(directory);
    if (note !== undefined) return serverDoor(note);
    const engine = await openEngine(call, { storageDir: directory, prewarm: 0, clock: quietClock });
    return engineDoor(engine, directory);
}

/** The error for a storage directory that there is not. */
export function storageMissing(directory: string): EngineError {
    const message =
        `There is no storage directory \`${directory}\`: nothing has been run here yet. ` +
        'Run an Actor with `greenroom run`, go to the folder where you did, or name the directory: --storage DIR.';
    return new EngineError('storage-missing', message, { details: { directory } });
}
