import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useLive } from '../live/live.js';
import { api, apiUrl, type QueryValues } from './api.js';
import type { ConsoleEvent } from './json.js';

/** Something that is read from the engine. */
export interface Resource<T> {
    /** Undefined until it is there; stays while it is read again. */
    readonly value: T | undefined;
    /** Why the last reading failed. */
    readonly error: unknown;
    /** Reads it again. */
    readonly reload: () => void;
    /** Shows another value, such as the answer to a change. */
    readonly replace: (value: T) => void;
}

/** True for an event that is a reason to read something again; several close together are one. */
export type ReloadOn = (event: ConsoleEvent) => boolean;

interface Loaded<T> {
    readonly key: string;
    readonly value?: T;
    readonly error?: unknown;
}

/**
 * Reads something, and reads it again when the key changes, when an event says so, and after the connection was lost.
 *
 * @param key - Names what is read: under another one, the value of before is not shown any more.
 */
export function useResource<T>(
    key: string,
    read: (signal: AbortSignal) => Promise<T>,
    reloadOn?: ReloadOn,
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
            (error: unknown) => settle({ error }),
        );
        return () => leave.abort();
    }, [key, turn]);
    useReload(reload, reloadOn);
    const { value, error }: Partial<Loaded<T>> = loaded.key === key ? loaded : {};
    return { value, error, reload, replace };
}

/** As {@link useResource}, for what a path of the API answers. */
export function useApi<T>(path: string, query: QueryValues = {}, reloadOn?: ReloadOn): Resource<T> {
    return useResource(apiUrl(path, query), (signal) => api<T>(path, { query, signal }), reloadOn);
}

/** Several events within that time are one reason to read again. */
const GATHER_MILLIS = 400;

/**
 * Reads again when an event says so, when events may have been lost, and when the user comes back to the page: not everything
 * that is edited in files, or made by programs, has an event.
 */
function useReload(reload: () => void, reloadOn: ReloadOn | undefined): void {
    const timer = useRef<number | undefined>(undefined);
    const soon = useCallback(() => {
        timer.current ??= window.setTimeout(() => {
            timer.current = undefined;
            reload();
        }, GATHER_MILLIS);
    }, [reload]);
    useEffect(() => {
        window.addEventListener('focus', soon);
        return () => {
            window.removeEventListener('focus', soon);
            clearTimeout(timer.current);
            timer.current = undefined;
        };
    }, [soon]);
    useLive((event) => {
        if (reloadOn?.(event)) soon();
    }, reload);
}

/** Reads something again when its version is another one than before. */
export function useVersion(version: number, reload: () => void): void {
    const seen = useRef(version);
    useEffect(() => {
        if (seen.current === version) return;
        seen.current = version;
        reload();
    }, [version]);
}
