import { signal } from '@preact/signals';
import { readStored, store } from './theme.js';

/** The token for API requests; undefined without one, or if it was rejected. */
export const token = signal<string | undefined>(undefined);

/** The reason why the last token was discarded, if it was. */
export const tokenError = signal<string | undefined>(undefined);

/**
 * Loads the token from the link that the engine printed, `/#token=…`, or from the browser's storage. The fragment is not sent to
 * any server. It is removed from the address bar, so that the token is not copied with the address.
 */
export function loadToken(): void {
    readTokenFromAddress();
    token.value ??= readStored('token');
    window.addEventListener('hashchange', readTokenFromAddress);
}

export function setToken(text: string): void {
    tokenError.value = undefined;
    store('token', text);
    token.value = text;
}

/** Discards the token. @param reason - Shown to the user, who needs another token. */
export function clearToken(reason: string): void {
    store('token', undefined);
    tokenError.value = reason;
    token.value = undefined;
}

function readTokenFromAddress(): void {
    const found = new URLSearchParams(location.hash.slice(1)).get('token');
    if (found === null) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    if (found !== '') setToken(found);
}
