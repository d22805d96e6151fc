/*
 * The state of a thread that all of its runs share, as each of them must find it: the listeners of the process, and what
 * Node and JavaScript provide.
 */

type Properties = Record<string, unknown>;

/** The objects whose properties are compared, and of some only these: those that packages and tests replace. */
const OWNERS = [
    ...[[globalThis], [process], [console], [Date], [JSON], [Math, 'random']],
    ...[[Promise], [Promise.prototype], [Error, 'captureStackTrace', 'stackTraceLimit']],
    // Each name takes time in each run, so of these only additions are found.
    ...[Object, Object.prototype, Array, Array.prototype, String.prototype, Function.prototype].map((owner) => [
        owner,
        '',
    ]),
] as unknown as readonly [owner: Properties, ...only: string[]][];

/** Properties that are set for each run, or that Node changes. */
const CHANGING: ReadonlySet<string> = new Set([
    ...['argv', 'execArgv', 'exitCode', '_exiting', 'mainModule', '_events', '_eventsCount', '_maxListeners'],
    // Compared on its own, since missing and undefined are the same.
    'prepareStackTrace',
]);

/** An object with the values of its properties, and the number of those that can be enumerated. */
interface Snapshot {
    readonly owner: Properties;
    readonly names: readonly string[];
    readonly values: readonly unknown[];
    readonly enumerableCount: number;
}

/** The state in which a run finds its thread. */
export class Baseline {
    readonly #listeners = new Map(process.eventNames().map((name) => [name, new Set(process.rawListeners(name))]));
    readonly #catchesErrors = process.hasUncaughtExceptionCaptureCallback();
    readonly #prepareStackTrace: unknown = Error.prepareStackTrace;
    readonly #snapshots = OWNERS.map(([owner, ...only]) => createSnapshot(owner, only));

    /** Removes the listeners of the process that have been added since. */
    removeListeners(): void {
        for (const name of process.eventNames()) {
            for (const listener of process.rawListeners(name)) {
                if (this.#listeners.get(name)?.has(listener) !== true) process.off(name, listener as () => void);
            }
        }
    }

    /** True if something that takes effect in all runs has been replaced, removed or added since. */
    get isChanged(): boolean {
        return (
            process.hasUncaughtExceptionCaptureCallback() !== this.#catchesErrors ||
            Error.prepareStackTrace !== this.#prepareStackTrace ||
            this.#snapshots.some(isDifferent)
        );
    }
}

function createSnapshot(owner: Properties, only: readonly string[]): Snapshot {
    // An accessor may do something, such as load a module of Node.
    const names = Object.entries(Object.getOwnPropertyDescriptors(owner))
        .filter(([name, { value }]) => isReplaceable(value) && !CHANGING.has(name))
        .map(([name]) => name)
        .filter((name) => only.length === 0 || only.includes(name));
    return { owner, names, values: names.map((name) => owner[name]), enumerableCount: countKeys(owner) };
}

function isReplaceable(value: unknown): boolean {
    return typeof value === 'function' || typeof value === 'number' || value === process.env;
}

function isDifferent({ owner, names, values, enumerableCount }: Snapshot): boolean {
    for (let index = 0; index < names.length; index += 1)
        if (!Object.is(owner[names[index]!], values[index])) return true;
    return countKeys(owner) !== enumerableCount;
}

function countKeys(owner: Properties): number {
    return Object.keys(owner).filter((name) => !CHANGING.has(name)).length;
}
