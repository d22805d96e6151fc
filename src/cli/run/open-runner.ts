import type { PlaceOptions } from '../command.js';
import { rmSync } from 'node:fs';
import { Api } from '../engine/api.js';
import { findServer, makeStorageDir, openEngine, storageDirOf } from '../engine/connect.js';
import { LocalRunner } from './local-runner.js';
import { ServerRunner } from './server-runner.js';
import type { Cli } from '../cli.js';
import type { Runner } from './runner.js';

/** A runner that is open. */
export interface OpenRunner {
    readonly runner: Runner;
    /** Removes a storage directory that was created for it; for after it was closed without a run. */
    readonly undo: () => void;
}

/**
 * Opens the runner that the command line names: a server, or the storage directory.
 *
 * @param warn - Receives lines with warnings.
 */
export async function openRunner(cli: Cli, options: PlaceOptions, warn: (line: string) => void): Promise<OpenRunner> {
    const connection = findServer(cli, options);
    if (connection !== undefined) return { runner: new ServerRunner(new Api(connection)), undo: () => {} };
    const directory = storageDirOf(cli, options);
    const isNew = makeStorageDir(directory);
    const undo = (): void => {
        if (isNew) rmSync(directory, { recursive: true, force: true });
    };
    try {
        // A spare thread for a second run would only slow down the first.
        const engine = await openEngine(cli, { storageDir: directory, prewarm: 0 }, warn);
        return { runner: new LocalRunner(engine, directory), undo };
    } catch (error) {
        undo();
        throw error;
    }
}
