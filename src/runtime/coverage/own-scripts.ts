import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from '../../protocol/messages.js';

const PACKAGES = 'node_modules';
/** The file that is at work here, with the whole of the runtime. */
const OWN_URL = import.meta.url;
const OWN_FOLDER = fileURLToPath(new URL('.', OWN_URL));

/** Whether a script belongs to the Actor, or to what it shares with others, and neither to a package nor to the engine. */
export function isOwnScript(url: string, { directory }: Pick<Program, 'directory'>): boolean {
    if (!url.startsWith('file:') || url === OWN_URL) return false;
    const path = fileURLToPath(url);
    const fromActor = relative(directory, path);
    const isInside = fromActor !== '' && !fromActor.startsWith('..');
    const parts = (isInside ? fromActor : path).split(sep);
    return !parts.includes(PACKAGES) && (isInside || !path.startsWith(OWN_FOLDER));
}

/** The URL of the file of a script: one that has been loaded more than once has something after it. */
export function fileUrlOf(url: string): string {
    return url.replace(/[?#].*$/s, '');
}
