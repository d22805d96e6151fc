import { existsSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { syncDirectory, type Durability } from '../../storage/atomic-file.js';
import { onDisk, onDiskLater } from '../../storage/disk-error.js';
import { JsonFile } from '../../storage/json-file.js';

/*
 * How one state in files takes the place of another. The new one is written in full into a folder of its own. Then a marker
 * says that it counts; from that moment on, whoever opens the directory moves the rest of it into place. Without the marker, the
 * old state is whole and the folder is thrown away. So a kill at any time leaves one of the two.
 */

/** All that a state consists of in a storage directory. What else is there belongs to the directory itself. */
export const STATE_ENTRIES = [
    'datasets',
    'key-value-stores',
    'request-queues',
    'registry',
    'logs',
    'sources',
    'secret.key',
] as const;

/** The folder that a state is written into before it counts. */
const NEXT = 'next-state';
const MARKER = 'state-switch.json';

interface Marker {
    /** What there is of the new state; what else a state consists of is not there. */
    entries: string[];
}

/** Where the next state of a directory is to be written. */
export function nextStateOf(storageDir: string): string {
    return join(storageDir, NEXT);
}

/** Throws a state away that does not count yet. */
export async function discardNext(storageDir: string): Promise<void> {
    const next = nextStateOf(storageDir);
    await onDiskLater('remove', next, () => rm(next, { recursive: true, force: true }));
}

/** Lets the next state count, and moves it into place. No file of the directory may be open. */
export async function switchToNext(storageDir: string, durability: Durability): Promise<void> {
    const entries = STATE_ENTRIES.filter((entry) => existsSync(join(nextStateOf(storageDir), entry)));
    markerOf(storageDir, durability).write({ entries });
    await moveNext(storageDir, { entries }, durability);
}

/** Finishes a switch that a crash has cut short, or throws away what did not count yet. */
export async function finishSwitch(
    storageDir: string,
    durability: Durability,
    onWarning: (message: string) => void,
): Promise<void> {
    const marker = markerOf(storageDir, durability).read();
    if (marker !== undefined) {
        if (!isMarker(marker)) throw strangeMarker(storageDir);
        await moveNext(storageDir, marker, durability);
        onWarning(`The process ended while \`${storageDir}\` took on another state; that has been finished.`);
    } else if (existsSync(nextStateOf(storageDir))) {
        await discardNext(storageDir);
        onWarning(
            `The process ended before \`${storageDir}\` took on another state; it has the one that it had before.`,
        );
    }
}

async function moveNext(storageDir: string, { entries }: Marker, durability: Durability): Promise<void> {
    for (const entry of STATE_ENTRIES) {
        const from = join(nextStateOf(storageDir), entry);
        const to = join(storageDir, entry);
        const isNew = entries.includes(entry);
        // What is to come and is not there any more has been moved before.
        if (isNew && !existsSync(from)) continue;
        await onDiskLater('remove', to, () => rm(to, { recursive: true, force: true }));
        if (isNew) onDisk('move', from, () => renameSync(from, to));
    }
    if (durability === 'fsync') onDisk('sync', storageDir, () => syncDirectory(storageDir));
    await discardNext(storageDir);
    onDisk('remove', join(storageDir, MARKER), () => rmSync(join(storageDir, MARKER), { force: true }));
}

/** It is written in the folder of the next state first, with which that is thrown away if a crash leaves it there. */
function markerOf(storageDir: string, durability: Durability): JsonFile<Marker> {
    return new JsonFile(join(storageDir, MARKER), { durability, temporary: join(nextStateOf(storageDir), MARKER) });
}

function isMarker({ entries }: Partial<Marker>): boolean {
    return Array.isArray(entries) && entries.every((entry) => (STATE_ENTRIES as readonly string[]).includes(entry));
}

function strangeMarker(storageDir: string): EngineError {
    const path = join(storageDir, MARKER);
    const message =
        `\`${path}\` says that the directory is taking on another state, but not in a way that this greenroom knows. ` +
        'Open it with the greenroom that was doing it, or restore the directory from a backup.';
    return new EngineError('storage-corrupted', message, { details: { path } });
}
