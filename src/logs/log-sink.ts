import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Where the text of logs is kept beyond the life of their runs. */
export interface LogSink {
    append(runId: string, text: string): void;
    /** Says that nothing more comes for a while. */
    end(runId: string): void;
    /** The whole text, or undefined if there is none. */
    read(runId: string): string | undefined;
    remove(runId: string): void;
    /** The runs whose logs it has. */
    ids(): string[];
}

const EXTENSION = '.log';

/** A file for each log, open while its run writes. The directory is made if it is missing. */
export function createFileLogSink(directory: string): LogSink {
    mkdirSync(directory, { recursive: true });
    const open = new Map<string, number>();
    const fileOf = (runId: string): string => join(directory, `${runId}${EXTENSION}`);
    const end = (runId: string): void => {
        const descriptor = open.get(runId);
        if (descriptor === undefined) return;
        open.delete(runId);
        closeSync(descriptor);
    };
    return {
        append(runId, text) {
            const descriptor = open.get(runId) ?? openSync(fileOf(runId), 'a');
            open.set(runId, descriptor);
            writeSync(descriptor, text);
        },
        end,
        ids: () =>
            readdirSync(directory)
                .filter((name) => name.endsWith(EXTENSION))
                .map((name) => name.slice(0, -EXTENSION.length)),
        read: (runId) => (existsSync(fileOf(runId)) ? readFileSync(fileOf(runId), 'utf8') : undefined),
        remove(runId) {
            end(runId);
            rmSync(fileOf(runId), { force: true });
        },
    };
}
