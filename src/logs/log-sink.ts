import { mkdirSync } from 'node:fs';
import { onDisk } from '../storage/disk-error.js';
import { isStorageId } from '../storage/storage-id.js';
import { LogFiles } from './log-files.js';

/** Where the text of logs is kept beyond the life of their runs. */
export interface LogSink {
    append(runId: string, text: string): void;
    /** Says that nothing more comes for a while. `text` is all that there is, if what was appended is more than that. */
    end(runId: string, text?: string): void;
    /** The whole text, or its latest part where it is more than a log has; undefined if there is none. */
    read(runId: string): string | undefined;
    remove(runId: string): void;
    /** Gives up what is open. */
    close(): void;
}

/**
 * Keeps logs in files of a directory, which is made if it is missing.
 *
 * @param temporary - A directory on the same disk for what is being written. It is emptied by whoever opens the directory.
 */
export function createFileLogSink(directory: string, temporary: string = directory): LogSink {
    onDisk('make', directory, () => mkdirSync(directory, { recursive: true }));
    const files = new LogFiles(directory, temporary);
    return {
        append: (runId, text) => files.append(runId, text),
        end(runId, text) {
            if (text === undefined) files.close(runId);
            else files.replace(runId, text);
        },
        // Anybody may ask for any id, also for one that leads elsewhere.
        read: (runId) => (isStorageId(runId) ? files.read(runId) : undefined),
        remove: (runId) => files.remove(runId),
        close: () => files.end(),
    };
}
