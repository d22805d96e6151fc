import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LowSync } from 'lowdb';
import { EngineError } from '../../../errors/engine-error.js';
import { replaceFile, type Durability } from '../atomic-file.js';
import { ifExists, listIfReadable, wrapFsError, wrapFsErrorAsync } from '../fs-error.js';
import { assertInside } from './assert-inside.js';

/** Version of the directory layout that this code reads and writes. Other versions are refused. */
const FORMAT_VERSION = 3;

const FORMAT_FILE = 'format.json';
/** Files of the system and of editors, and the files of {@link lockDirectory}. */
const IGNORED = /^(?:\.|Thumbs\.db$|desktop\.ini$|lost\+found$|owner-.*\.lock$)/i;
/** Files that the command line stores in the directory, possibly before the engine does. */
const CLI_FILES = /^(?:token|(?:actors|server)\.json(?:\.tmp)?)$/;
/** Entries with the state of an engine. The other entries describe the directory itself. */
const STATE_ENTRIES = [
    'datasets',
    'key-value-stores',
    'request-queues',
    'registry',
    'logs',
    'sources',
    'secret.key',
] as const;
/** The folders of a storage directory. */
const FOLDERS = [...STATE_ENTRIES.filter((name) => name !== 'secret.key'), 'registry/charges', 'tmp'];
/** Users keep their ids and tokens when the state is removed. */
const KEPT_RECORDS = /^users\b/;
/** Entries that only a storage directory of greenroom has. */
const OWN_ENTRIES: readonly string[] = ['registry', 'key-value-stores', 'request-queues', 'secret.key'];
/** Entries that only a storage directory of Crawlee has. */
const CRAWLEE_ENTRIES = ['key_value_stores', 'request_queues'];
const CRAWLEE_ITEM = /^\d{9}\.json$/;
const MAX_NAMED = 3;

interface Format {
    version: unknown;
    /** True while the state is being removed. If a crash interrupts the reset, the next opening finishes it. */
    isResetting?: boolean;
}

/**
 * Checks that a storage directory has the layout of this version. Writes the version into an empty directory.
 *
 * @throws {@link EngineError} `storage-corrupted` if the version is different or missing; `invalid-value` if the directory contains
 *   other files.
 */
export function checkFormat(directory: string): void {
    const version = readFormat(directory)?.version;
    if (version === FORMAT_VERSION) return;
    if (version !== undefined) throw unsupportedVersion(directory, version);
    assertGreenroomDirectory(directory);
    writeFormat(directory, 'process', {});
}

/** Throws if a folder of the directory is a link that leads outside: the engine owns, changes and removes only what is inside. */
export function assertFoldersInside(directory: string): void {
    for (const name of FOLDERS) assertInside(directory, join(directory, name));
}

/** Removes the state of an engine, except for its users. A crash leaves the old state or none. */
export async function resetDirectory(directory: string, durability: Durability): Promise<void> {
    assertFoldersInside(directory);
    writeFormat(directory, durability, { isResetting: true });
    for (const entry of STATE_ENTRIES) {
        if (entry === 'registry') removeRecords(join(directory, entry));
        else
            await wrapFsErrorAsync('remove', entry, () => rm(join(directory, entry), { recursive: true, force: true }));
    }
    writeFormat(directory, durability, {});
}

/** Finishes a reset that a crash interrupted. Returns true if there was one. */
export async function finishReset(directory: string, durability: Durability): Promise<boolean> {
    if (readFormat(directory)?.isResetting !== true) return false;
    await resetDirectory(directory, durability);
    return true;
}

function removeRecords(registry: string): void {
    const names = ifExists('list', registry, () => readdirSync(registry)) ?? [];
    for (const name of names.filter((one) => !KEPT_RECORDS.test(one))) {
        wrapFsError('remove', join(registry, name), () =>
            rmSync(join(registry, name), { recursive: true, force: true }),
        );
    }
}

function unsupportedVersion(directory: string, version: unknown): EngineError {
    const isNewer = typeof version === 'number' && version > FORMAT_VERSION;
    return new EngineError(
        'storage-corrupted',
        `The storage directory \`${directory}\` has the format version ${String(version)} in its \`${FORMAT_FILE}\`, but this ` +
            `greenroom only reads version ${FORMAT_VERSION}.`,
        {
            details: { directory, version, supported: FORMAT_VERSION },
            remedy: isNewer ? 'update-greenroom' : 'same-greenroom',
        },
    );
}

function readFormat(directory: string): Format | undefined {
    const file = formatFile(directory, 'process', null);
    file.read();
    return file.data ?? undefined;
}

/** Writes the format file atomically: after a crash, it has the old content or the new one. */
function writeFormat(directory: string, durability: Durability, format: Omit<Format, 'version'>): void {
    formatFile(directory, durability, { version: FORMAT_VERSION, ...format }).write();
}

function formatFile(directory: string, durability: Durability, data: Format | null): LowSync<Format | null> {
    const path = join(directory, FORMAT_FILE);
    const read = (): Format | null => {
        const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
        return text === undefined ? null : parseFormat(path, text);
    };
    const write = (format: unknown): void => replaceFile(path, `${JSON.stringify(format, undefined, 4)}\n`, durability);
    return new LowSync({ read, write }, data);
}

function parseFormat(path: string, text: string): Format {
    try {
        return JSON.parse(text) as Format;
    } catch (cause) {
        const message = `\`${path}\` is not valid JSON, but must contain the format version of the directory. ${describeVersionRemedy()}`;
        throw new EngineError('storage-corrupted', message, { details: { path }, cause });
    }
}

function describeVersionRemedy(): string {
    return (
        'Restore it from a backup; or, if no other version of greenroom has ever opened the directory, write ' +
        `\`{ "version": ${FORMAT_VERSION} }\` into it.`
    );
}

/** Throws if a directory without a version is not empty, so that the engine does not write among other files. */
function assertGreenroomDirectory(directory: string): void {
    const names = wrapFsError('list', directory, () => readdirSync(directory)).filter(
        (name) => !IGNORED.test(name) && !CLI_FILES.test(name),
    );
    if (names.length === 0) return;
    const details = { directory };
    if (names.some((name) => OWN_ENTRIES.includes(name))) {
        const message = `The storage directory \`${directory}\` has no \`${FORMAT_FILE}\` any more. ${describeVersionRemedy()}`;
        throw new EngineError('storage-corrupted', message, { details });
    }
    if (isCrawleeDirectory(directory, names)) {
        const message =
            `The storage directory \`${directory}\` has storages in the layout of Crawlee. ` +
            'The engine uses a different layout.';
        throw new EngineError('invalid-value', message, { details, remedy: 'import-storages' });
    }
    const some = names.slice(0, MAX_NAMED).map((name) => `\`${name}\``);
    const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
    const message = `The storage directory \`${directory}\` has files of other programs: ${some.join(', ')}${more}.`;
    throw new EngineError('invalid-value', message, { details, remedy: 'empty-storage-dir' });
}

function isCrawleeDirectory(directory: string, names: readonly string[]): boolean {
    if (names.some((name) => CRAWLEE_ENTRIES.includes(name))) return true;
    const datasets = join(directory, 'datasets');
    return listIfReadable(datasets).some((name) =>
        listIfReadable(join(datasets, name)).some((file) => CRAWLEE_ITEM.test(file)),
    );
}
