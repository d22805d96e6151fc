import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the text of logs is kept beyond the life of their runs. */
export interface LogSink {
    append(runId: string, text: string): void;
    /** The whole text, or undefined if there is none. */
    read(runId: string): string | undefined;
    remove(runId: string): void;
}

/** A file for each log. The directory must exist. */
export function createFileLogSink(directory: string): LogSink {
    mkdirSync(directory, { recursive: true });
    const fileOf = (runId: string): string => join(directory, `${runId}.log`);
    return {
        append: (runId, text) => appendFileSync(fileOf(runId), text),
        read: (runId) => (existsSync(fileOf(runId)) ? readFileSync(fileOf(runId), 'utf8') : undefined),
        remove: (runId) => rmSync(fileOf(runId), { force: true }),
    };
}
