import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useLive } from '../live/live.js';
import { api, apiUrl, isNotFound, type QueryValues } from './api.js';
import type { ConsoleEvent } from './json.js';

export interface Resource<T> {
    /** Undefined until it is there; stays while it is read again. */
    readonly value: T | undefined;
    readonly error: unknown;
    readonly reload: () => void;
    /** Shows another value, such as the answer to a change. */
    readonly replace: (value: T) => void;
}

/** True for an event that is a reason to read something again; several close together are one. */
export type ReloadOn = (event: ConsoleEvent) => boolean;

interface Loaded<T> {
    readonly key: string;
    readonly value?: T | undefined;
    readonly error?: unknown;
}

/** Several events within that time are one reason to read again. */
const GATHER_MILLIS = 400;

/**
 * Reads something, and reads it again when the key or the version changes, when an event says so, when events may have been
 * lost, and when the user comes back to the page: not everything that is edited in files, or made by programs, has an event.
 *
 * @param key - Names what is read: under another one, the value of before is not shown any more.
 */
export function useResource<T>(
    key: string,
    read: (signal: AbortSignal) => Promise<T>,
    reloadOn?: ReloadOn,
    version = 0,
): Resource<T> {
    const [loaded, setLoaded] = useState<Loaded<T>>({ key });
    const [turn, setTurn] = useState(0);
    const latest = useRef(read);
    latest.current = read;
    const reading = useRef({ isUnderWay: false, isWantedAgain: false });
    // Not while it is being read: where events come faster than answers, none would ever arrive.
    const reload = useCallback(() => {
        if (reading.current.isUnderWay) reading.current.isWantedAgain = true;
        else setTurn((number) => number + 1);
    }, []);
    const replace = useCallback((value: T) => setLoaded({ key, value }), [key]);
    useEffect(() => {
        const leave = new AbortController();
        const state = { isUnderWay: true, isWantedAgain: false };
        reading.current = state;
        const settle = (next: Partial<Loaded<T>>): void => {
            if (leave.signal.aborted) return;
            state.isUnderWay = false;
            setLoaded((before) => ({ ...(before.key === key && before), ...next, key }));
            if (state.isWantedAgain) reload();
        };
        latest.current(leave.signal).then(
            (value) => settle({ value, error: undefined }),
            // A record that is gone is not shown any more.
            (error: unknown) => settle({ error, ...(isNotFound(error) && { value: undefined }) }),
        );
        return () => leave.abort();
    }, [key, turn]);
    const seenVersion = useRef(version);
    useEffect(() => {
        if (seenVersion.current !== version) reload();
        seenVersion.current = version;
    }, [version]);
    const timer = useRef<number | undefined>(undefined);
    const reloadSoon = (): void => {
        timer.current ??= window.setTimeout(() => {
            timer.current = undefined;
            reload();
        }, GATHER_MILLIS);
    };
    useEffect(() => {
        window.addEventListener('focus', reloadSoon);
        return () => {
            window.removeEventListener('focus', reloadSoon);
            clearTimeout(timer.current);
        };
    }, []);
    useLive((event) => {
        if (reloadOn?.(event)) reloadSoon();
    }, reload);
    const { value, error }: Partial<Loaded<T>> = loaded.key === key ? loaded : {};
    return { value, error, reload, replace };
}

/** As {@link useResource}, for what a path of the API answers. */
export function useApi<T>(path: string, query: QueryValues = {}, reloadOn?: ReloadOn): Resource<T> {
    return useResource(apiUrl(path, query), (signal) => api<T>(path, { query, signal }), reloadOn);
}
