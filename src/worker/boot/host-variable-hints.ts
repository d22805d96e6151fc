import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from '../../protocol/messages.js';

/** Variables that a user expects an Actor's dependency to find. Others are read by many packages, to detect terminals and CI. */
const EXPECTED_BY_PACKAGES = /(?:_KEY|_TOKEN|_SECRET|_PASSWORD|_URL|_URI|_DSN)$|^(?:APIFY|CRAWLEE)_LOG_/;

const OWN_FILE = fileURLToPath(import.meta.url);

/** The names of the host's variables, and the folders of the Actor of the current run. */
let hostNames = '';
/** The names that have not been hinted yet; read from the text when the first variable is missing. */
let hidden: Set<string> | undefined;
let folders: readonly string[] = [];
let isInstalled = false;

/**
 * Logs a hint when the Actor reads a variable that the host has and the run does not have.
 *
 * @param names - The names of the host's variables, one per line.
 */
export function hintHostVariables(names: string, { directory, entry }: Program): void {
    hostNames = names;
    hidden = undefined;
    folders = [directory, dirname(entry)].map((folder) => folder + sep);
    if (isInstalled || names === '') return;
    isInstalled = true;
    // In the prototype, which is asked only for variables that are not set: others cost nothing, and `process.env` stays the
    // object that Node and packages know.
    const prototype = Object.getPrototypeOf(process.env) as object;
    const handler: ProxyHandler<object> = {
        get(target, name, receiver) {
            hintOnce(name);
            return Reflect.get(target, name, receiver) as unknown;
        },
        has(target, name) {
            hintOnce(name);
            return Reflect.has(target, name);
        },
    };
    Object.setPrototypeOf(process.env, new Proxy(prototype, handler));
}

function hintOnce(name: string | symbol): void {
    if (typeof name !== 'string') return;
    hidden ??= new Set(hostNames.split('\n'));
    if (!hidden.has(name)) return;
    const reader = findReader(new Error().stack ?? '');
    const isOfActor =
        reader !== undefined &&
        folders.some((folder) => reader.startsWith(folder)) &&
        !reader.includes(`${sep}node_modules${sep}`);
    if (!isOfActor && !EXPECTED_BY_PACKAGES.test(name)) return;
    hidden.delete(name);
    process.stderr.write(
        `The Actor reads \`${name}\`, which is set in your environment but not passed to Actors. Pass it with the option ` +
            `\`env\`, with \`greenroom run --env ${name}\`, or in \`environmentVariables\` of actor.json.\n`,
    );
}

/** Returns the file of the nearest stack frame that is neither Node's nor ours. */
function findReader(stack: string): string | undefined {
    for (const line of stack.split('\n')) {
        const [, location = ''] = /((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):\d+:\d+\)?$/.exec(line) ?? [];
        const file = location.startsWith('file:') ? fileURLToPath(location) : location;
        if (file !== '' && file !== OWN_FILE) return file;
    }
    return undefined;
}
