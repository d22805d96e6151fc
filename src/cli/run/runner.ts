import { rmSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { actorNameFrom } from '../../registry/definition/actor-name.js';
import { Api } from '../engine/api.js';
import {
    connectToEngine,
    findServer,
    makeStorageDir,
    openEngine,
    storageDirOf,
    type PlaceOptions,
} from '../engine/connect.js';
import { readLog } from '../engine/read-log.js';
import { importStorage, readManifest, registerOnce } from '../engine/actor-folders.js';
import { parseJson } from '../input.js';
import { linesOf } from '../output/log-line.js';
import { httpClient, type RunnerClient } from './http-client.js';
import type { Actor } from '../../model/actor.js';
import type { Cli } from '../cli.js';

/** Runs Actors in this process or on a server. */
export interface Runner {
    /** In this process it avoids the API: what Node loads for the first request takes longer than many a run. */
    readonly client: RunnerClient;
    readonly api: Api;
    /** Returns the Actor of a folder or a module file (absolute path). */
    register(path: string): Promise<Actor>;
    /** Imports named storages of a folder in Crawlee's layout, once; returns a line that reports it. */
    importStorage(folder: string): Promise<string | undefined>;
    /** Yields the lines of the log, each with its time, until the end of the run. */
    readLog(runId: string): AsyncIterable<string>;
    /** Releases everything; a run in this process is ended at once. */
    close(): Promise<void>;
    /** Removes a storage directory that was created for it; for after it was closed without a run. */
    undo(): void;
}

/**
 * Opens the runner that the command line names: a server, or the storage directory.
 *
 * @param warn - Receives lines with warnings.
 */
export async function openRunner(cli: Cli, options: PlaceOptions, warn: (line: string) => void): Promise<Runner> {
    const connection = findServer(cli, options);
    if (connection !== undefined) return serverRunner(new Api(connection));
    const directory = storageDirOf(cli, options);
    const isNew = makeStorageDir(directory);
    const undo = (): void => {
        if (isNew) rmSync(directory, { recursive: true, force: true });
    };
    try {
        // A spare thread for a second run would only slow down the first.
        const engine = await openEngine(cli, { storageDir: directory, prewarm: 0 }, warn);
        return {
            client: engine.client,
            api: new Api(connectToEngine(engine, directory)),
            register: (path) => registerOnce(engine, directory, path),
            importStorage: (folder) => importStorage(engine, folder),
            async *readLog(runId) {
                const stream = await engine.client.log(runId).stream({ raw: true });
                if (stream !== undefined) yield* linesOf(stream as AsyncIterable<Uint8Array>);
            },
            close: () => engine.close({ force: true }),
            undo,
        };
    } catch (error) {
        undo();
        throw error;
    }
}

function serverRunner(api: Api): Runner {
    const client = httpClient(api);
    return {
        client,
        api,
        register: (path) => findByFolder(client, api.connection.place, path),
        // Only the owner of the directory can import.
        importStorage: async () => undefined,
        readLog: (runId) => readLog(api, runId, { follow: true }),
        close: () => api.connection.close(),
        undo: () => {},
    };
}

/** A server reads the folders that it was started with; this finds the Actor with the name of a folder. */
async function findByFolder(client: RunnerClient, place: string, path: string): Promise<Actor> {
    const manifest = readManifest(path);
    const { name: given } = Object(manifest && parseJson(manifest.text, manifest.file)) as { name?: unknown };
    const name = typeof given === 'string' ? given : actorNameFrom(basename(path, extname(path)));
    const actor = await client.actor(name).get();
    if (actor !== undefined) return actor;
    const { items } = await client.actors().list();
    const existing = items.length === 0 ? 'no Actors' : items.map((one) => one.name).join(', ');
    throw new EngineError(
        'actor-not-found',
        `The server at ${place}, which owns the storage directory, has no Actor \`${name}\` of ${path}; it has ${existing}. ` +
            'Start it with that folder (`greenroom dev FOLDER`), or use another directory for this run: --storage DIR.',
    );
}
