/**
 * Notes which listeners the process has, as this thread sees it.
 *
 * @returns Removes those that have been added since.
 */
export function noteListeners(): () => void {
    const before = new Map(process.eventNames().map((name) => [name, new Set(process.rawListeners(name))]));
    return () => {
        for (const name of process.eventNames()) {
            for (const listener of process.rawListeners(name)) {
                if (before.get(name)?.has(listener) !== true) process.off(name, listener as () => void);
            }
        }
    };
}
