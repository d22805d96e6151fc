import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { functionOf, loadModule, type Namespace } from './program.js';
import { forgetModule } from './sdk-hooks.js';
import type { ImportModule } from '../protocol/inline.js';
import type { Program } from '../protocol/messages.js';

/** What is known of an entry that this thread has loaded before. */
interface Known {
    modifiedAtMillis: number;
    evaluations: number;
    /** What it exports, if it is to be called anew and not to be evaluated anew. */
    namespace?: Namespace;
}

const entries = new Map<string, Known>();

/** How often this thread has evaluated the entry of a program; each time takes memory that Node never gives back. */
export function evaluationsOf({ entry }: Program): number {
    return entries.get(entry)?.evaluations ?? 0;
}

/**
 * Loads the entry of an Actor in a thread that may have run it before. A module that exports a function is loaded once and
 * keeps its state; a script, which works by being loaded, is evaluated anew, while what it imports stays loaded.
 *
 * @param isInitialized - Whether the Actor has called `Actor.init()`, so that it is a script whatever it exports.
 * @param importModule - Imports it in place of Node or of what it needs to be loaded with.
 */
export async function loadAgain(
    program: Program,
    isInitialized: () => boolean,
    importModule?: ImportModule,
): Promise<Namespace> {
    const { loader, entry } = program;
    const modifiedAtMillis = statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const known = entries.get(entry) ?? { modifiedAtMillis, evaluations: 0 };
    entries.set(entry, known);
    if (known.namespace !== undefined && known.modifiedAtMillis === modifiedAtMillis) return known.namespace;
    known.modifiedAtMillis = modifiedAtMillis;
    known.namespace = undefined;
    const url = pathToFileURL(entry);
    if (known.evaluations > 0) {
        url.searchParams.set('evaluation', String(known.evaluations));
        forgetModule(entry);
    }
    known.evaluations += 1;
    const namespace = await ((importModule?.(url.href) as Promise<Namespace> | undefined) ??
        loadModule(loader, url.href));
    if (functionOf(namespace) !== undefined && !isInitialized()) known.namespace = namespace;
    return namespace;
}
