import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what a run leaves in its temporary folder: browsers that are killed leave whole profiles. */
export interface TempFolder {
    /** The variables by which programs find it. */
    readonly variables: Readonly<Record<string, string>>;
    /** Removes it with all that is in it; never rejects. */
    remove(): Promise<void>;
}

/**
 * Makes a temporary folder for one run, as a container has one of its own. Short, because paths of sockets in it have to be.
 *
 * @returns Undefined when the disk does not take it; the run then shares the machine's.
 */
export function makeTempFolder(): TempFolder | undefined {
    try {
        const path = mkdtempSync(join(tmpdir(), 'gr-run-'));
        return {
            variables: { TMPDIR: path, TEMP: path, TMP: path },
            remove: () => rm(path, { recursive: true, force: true, maxRetries: 2 }).catch(() => {}),
        };
    } catch {
        return undefined;
    }
}
