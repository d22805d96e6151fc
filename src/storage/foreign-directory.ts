import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { ifExists, onDisk } from './disk-error.js';

/** What systems and editors put everywhere, and what a claim on the directory leaves for a moment. */
const NOBODYS = /^(?:\.|Thumbs\.db$|desktop\.ini$|lost\+found$|owner-.*\.lock$)/i;
/** What the command line keeps beside the storages, maybe before there are any. */
const COMMAND_LINES = /^(?:token|(?:actors|server)\.json(?:\.tmp)?)$/;
/** What only a storage directory of ours has. */
const OURS = ['registry', 'key-value-stores', 'request-queues', 'secret.key'];
/** What only one of Crawlee has. */
const CRAWLEES = ['key_value_stores', 'request_queues'];
const CRAWLEES_ITEM = /^\d{9}\.json$/;
const MAX_TOLD = 3;

/**
 * Refuses a directory that has no version although there is something in it: what is in it is somebody's, and must not be mixed
 * with what an engine keeps.
 *
 * @throws {@link EngineError} `storage-corrupted` if it seems to be ours, else `invalid-value`.
 */
export function assertNotForeign(directory: string): void {
    const isOther = (name: string): boolean => !NOBODYS.test(name) && !COMMAND_LINES.test(name);
    const names = onDisk('list', directory, () => readdirSync(directory)).filter(isOther);
    if (names.length === 0) return;
    const details = { directory };
    if (names.some((name) => OURS.includes(name))) {
        const message =
            `The storage directory \`${directory}\` has lost its \`format.json\`, which says how its files are to be read. Restore ` +
            'it from a backup; or, if no newer greenroom has ever opened the directory, write `{ "version": 1 }` into it.';
        throw new EngineError('storage-corrupted', message, { details });
    }
    if (isCrawlees(directory, names)) {
        const message =
            `\`storageDir\` is \`${directory}\`, which has storages in the layout of Crawlee. An engine keeps them in a layout of its ` +
            "own: choose another directory, such as `./.greenroom`, and take them over with `engine.storages.importFrom('" +
            `${directory}')\` or \`greenroom import ${directory}\`.`;
        throw new EngineError('invalid-value', message, { details });
    }
    const told = names.slice(0, MAX_TOLD).map((name) => `\`${name}\``);
    const more = names.length > MAX_TOLD ? ` and ${names.length - MAX_TOLD} more` : '';
    const message =
        `\`storageDir\` is \`${directory}\`, a directory that has other things in it: ${told.join(', ')}${more}. Choose one that is ` +
        'empty or is not there yet, such as `./.greenroom`.';
    throw new EngineError('invalid-value', message, { details });
}

function isCrawlees(directory: string, names: readonly string[]): boolean {
    if (names.some((name) => CRAWLEES.includes(name))) return true;
    return filesIn(join(directory, 'datasets')).some((name) =>
        filesIn(join(directory, 'datasets', name)).some((file) => CRAWLEES_ITEM.test(file)),
    );
}

/** The names there; none where there is no directory. */
function filesIn(path: string): string[] {
    try {
        return ifExists('list', path, () => readdirSync(path)) ?? [];
    } catch {
        // A file, or something that may not be looked at: not Crawlee's.
        return [];
    }
}
