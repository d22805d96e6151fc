import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useEngineEvents } from '../live/live.js';
import { api, apiUrl, isNotFound, type QueryValues } from './api.js';
import type { ConsoleEvent } from './json.js';

export interface Resource<T> {
    /** Undefined until loaded; kept while it is loaded again. */
    readonly value: T | undefined;
    readonly error: unknown;
    readonly reload: () => void;
    /** Shows another value, such as the response to a change. */
    readonly replace: (value: T) => void;
}

/** Returns true for events that require a reload; several within a short time cause one. */
export type ReloadOn = (event: ConsoleEvent) => boolean;

interface Loaded<T> {
    readonly key: string;
    readonly value?: T | undefined;
    readonly error?: unknown;
}

/** Events within this time cause one reload. */
const DEBOUNCE_MILLIS = 400;

/**
 * Loads a value. Loads it again when the key or the version changes, when an event requires it, when events may have been lost,
 * and when the user returns to the page: changes of files or by other programs may have no event.
 *
 * @param key - Identifies the value. With another key, the previous value is no longer shown.
 */
export function useResource<T>(
    key: string,
    read: (signal: AbortSignal) => Promise<T>,
    reloadOn?: ReloadOn,
    version = 0,
): Resource<T> {
    const [loaded, setLoaded] = useState<Loaded<T>>({ key });
    const [reloadCount, setReloadCount] = useState(0);
    const latest = useRef(read);
    latest.current = read;
    const reading = useRef({ isLoading: false, isReloadPending: false });
    // Not while loading: if events arrive faster than responses, no load would ever finish.
    const reload = useCallback(() => {
        if (reading.current.isLoading) reading.current.isReloadPending = true;
        else setReloadCount((count) => count + 1);
    }, []);
    const replace = useCallback((value: T) => setLoaded({ key, value }), [key]);
    useEffect(() => {
        const controller = new AbortController();
        const state = { isLoading: true, isReloadPending: false };
        reading.current = state;
        const finish = (next: Partial<Loaded<T>>): void => {
            if (controller.signal.aborted) return;
            state.isLoading = false;
            setLoaded((previous) => ({ ...(previous.key === key && previous), ...next, key }));
            if (state.isReloadPending) reload();
        };
        latest.current(controller.signal).then(
            (value) => finish({ value, error: undefined }),
            // A deleted record is no longer shown.
            (error: unknown) => finish({ error, ...(isNotFound(error) && { value: undefined }) }),
        );
        return () => controller.abort();
    }, [key, reloadCount]);
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
        }, DEBOUNCE_MILLIS);
    };
    useEffect(() => {
        window.addEventListener('focus', reloadSoon);
        return () => {
            window.removeEventListener('focus', reloadSoon);
            clearTimeout(timer.current);
        };
    }, []);
    useEngineEvents((event) => {
        if (reloadOn?.(event)) reloadSoon();
    }, reload);
    const { value, error }: Partial<Loaded<T>> = loaded.key === key ? loaded : {};
    return { value, error, reload, replace };
}

/** As {@link useResource}, for a path of the API. */
export function useApi<T>(path: string, query: QueryValues = {}, reloadOn?: ReloadOn): Resource<T> {
    return useResource(apiUrl(path, query), (signal) => api<T>(path, { query, signal }), reloadOn);
}
