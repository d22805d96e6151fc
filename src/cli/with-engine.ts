import { existsSync } from 'node:fs';
import { EngineError } from '../errors/engine-error.js';
import { readServerNote } from './api/server-note.js';
import { givenServer, storageMissing } from './api/with-api.js';
import { openEngine } from './open-engine.js';
import { quietClock } from './quiet-clock.js';
import { makeStorageDir, storageDirOf } from './storage-dir.js';
import type { Engine } from '../engine/engine.js';
import type { CommandCall } from './command.js';

/** What {@link withEngine} has to know of the work. */
export interface WithEngineOptions {
    /** Whether a storage directory that is missing is made. */
    readonly isToBeMade: boolean;
    /** What it is that no server does over its API: `add a folder`. */
    readonly purpose: string;
    /** What to do in place of it while a server owns the directory, as a sentence. */
    readonly remedy: string;
}

/**
 * Does something that is no part of the API, and so needs the engine itself on the storage directory of the command.
 *
 * @throws EngineError `storage-in-use` while a server owns the directory, `storage-missing`, `bad-usage` with `--url`.
 */
export async function withEngine<Result>(
    call: CommandCall,
    { isToBeMade, purpose, remedy }: WithEngineOptions,
    work: (engine: Engine, directory: string) => Promise<Result>,
): Promise<Result> {
    const server = givenServer(call);
    if (server !== undefined) {
        throw call.words.bad(`A server cannot ${purpose} over its API, so --url is of no use here. ${remedy}`);
    }
    const directory = storageDirOf(call);
    if (!existsSync(directory)) {
        if (!isToBeMade) throw storageMissing(directory);
        makeStorageDir(directory);
    }
    const note = readServerNote(directory);
    if (note !== undefined) {
        const message = `The server at ${note.url} owns the storage directory \`${directory}\`, and it cannot ${purpose} over its API. ${remedy}`;
        throw new EngineError('storage-in-use', message, { details: { directory, url: note.url } });
    }
    const engine = await openEngine(call, { storageDir: directory, prewarm: 0, clock: quietClock });
    try {
        return await work(engine, directory);
    } finally {
        await engine.close();
    }
}
