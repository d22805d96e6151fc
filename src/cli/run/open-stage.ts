import { rmSync } from 'node:fs';
import { Api } from '../api/api.js';
import { readServerNote } from '../api/server-note.js';
import { givenServer, serverDoor } from '../api/with-api.js';
import { openEngine } from '../open-engine.js';
import { makeStorageDir, storageDirOf } from '../storage-dir.js';
import { EngineStage } from './engine-stage.js';
import { ServerStage } from './server-stage.js';
import type { CommandCall } from '../command.js';
import type { Stage } from './stage.js';

/** A stage that is ready. */
export interface OpenStage {
    readonly stage: Stage;
    /** Removes a storage directory that was made for it, once it is closed, if there has been no run. */
    readonly undo: () => void;
}

/**
 * The stage that the command line names: a server, or the storage directory, by the server that owns it if there is one.
 *
 * @param meanwhile - Called with the storage directory before an engine is loaded for it, if there is to be one.
 */
export async function openStage(
    call: CommandCall,
    warn: (line: string) => void,
    meanwhile: (directory: string) => void = () => {},
): Promise<OpenStage> {
    const directory = storageDirOf(call);
    const door = givenServer(call) ?? doorOf(directory);
    if (door !== undefined) return { stage: new ServerStage(new Api(door)), undo: () => {} };
    const isNew = makeStorageDir(directory);
    const undo = (): void => {
        if (isNew) rmSync(directory, { recursive: true, force: true });
    };
    try {
        meanwhile(directory);
        // There is one run at a time, whose own thread is ready no sooner if another one is prepared beside it.
        const engine = await openEngine(call, { storageDir: directory, prewarm: 0 }, warn);
        return { stage: new EngineStage(engine, directory), undo };
    } catch (error) {
        undo();
        throw error;
    }
}

function doorOf(directory: string): ReturnType<typeof serverDoor> | undefined {
    const note = readServerNote(directory);
    return note && serverDoor(note);
}
