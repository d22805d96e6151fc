import { useGatheredReload } from '../live/use-gathered-reload.js';
import { useCallback, useEffect, useRef, useState } from '../preact.js';
import type { ConsoleEvent } from './json.js';

/** Something that was asked for, as far as it is there. */
export interface Resource<T> {
    /** Undefined until it is there; stays while it is read anew. */
    readonly value: T | undefined;
    /** Why it could not be read the last time. */
    readonly error: unknown;
    readonly isLoading: boolean;
    /** Reads it anew. */
    readonly reload: () => void;
    /** Puts another in its place, as after a change that has answered with it. */
    readonly replace: (value: T) => void;
}

/** How {@link useResource} keeps up. */
export interface ResourceOptions {
    /** Whether an event is a reason to read it anew; several close together are one. */
    readonly reloadOn?: (event: ConsoleEvent) => boolean;
}

interface Loaded<T> {
    readonly key: string;
    readonly value?: T;
    readonly error?: unknown;
    readonly isLoading: boolean;
}

/**
 * Reads something, and reads it anew when the key changes, when an event says so, and after the connection was lost.
 *
 * @param key - Says what is read: under another one, what was there before is not shown any more.
 *
 * @example
 * const actor = useResource(`actor ${id}`, (signal) => api<Actor>(`/acts/${id}`, { signal }));
 */
export function useResource<T>(
    key: string,
    read: (signal: AbortSignal) => Promise<T>,
    { reloadOn }: ResourceOptions = {},
): Resource<T> {
    const [loaded, setLoaded] = useState<Loaded<T>>({ key, isLoading: true });
    const [turn, setTurn] = useState(0);
    const latest = useRef(read);
    latest.current = read;
    const reading = useRef({ isUnderWay: false, isWantedAgain: false });
    // Not while it is being read: where events come faster than answers, none would ever arrive.
    const reload = useCallback(() => {
        if (reading.current.isUnderWay) reading.current.isWantedAgain = true;
        else setTurn((number) => number + 1);
    }, []);
    const replace = useCallback((value: T) => setLoaded({ key, value, isLoading: false }), [key]);

    useEffect(() => {
        const leave = new AbortController();
        const state = { isUnderWay: true, isWantedAgain: false };
        reading.current = state;
        const show = (next: Omit<Loaded<T>, 'key'>): void =>
            setLoaded((before) => ({ ...kept(before, key), ...next, key }));
        const settle = (next: Omit<Loaded<T>, 'key'>): void => {
            if (leave.signal.aborted) return;
            state.isUnderWay = false;
            show(next);
            if (state.isWantedAgain) reload();
        };
        show({ isLoading: true });
        latest.current(leave.signal).then(
            (value) => settle({ value, error: undefined, isLoading: false }),
            (error: unknown) => settle({ error, isLoading: false }),
        );
        return () => leave.abort();
    }, [key, turn]);

    useGatheredReload(reload, reloadOn);
    const { value, error, isLoading } = kept(loaded, key);
    return { value, error, isLoading, reload, replace };
}

/** Of what was read under another key, nothing is shown. */
function kept<T>(loaded: Loaded<T>, key: string): Loaded<T> {
    return loaded.key === key ? loaded : { key, isLoading: true };
}
