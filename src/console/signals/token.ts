import { signal } from '@preact/signals';
import { readStored, store } from './theme.js';

/** The token that the API is asked with; undefined until there is one that may be right. */
export const token = signal<string | undefined>(undefined);

/** Why the token was given up, if it was. */
export const tokenError = signal<string | undefined>(undefined);

/**
 * Takes the token out of the link that the engine printed, `/#token=…`, or what this browser has kept of it. What follows `#`
 * is sent to no server; it leaves the address bar all the same, so that it is not copied with the address.
 */
export function findToken(): void {
    takeFromAddress();
    token.value ??= readStored('token');
    window.addEventListener('hashchange', takeFromAddress);
}

export function takeToken(text: string): void {
    tokenError.value = undefined;
    store('token', text);
    token.value = text;
}

/** Gives the token up. @param trouble - Why, for the user who has to find another. */
export function dropToken(trouble: string): void {
    store('token', undefined);
    tokenError.value = trouble;
    token.value = undefined;
}

function takeFromAddress(): void {
    const given = new URLSearchParams(location.hash.slice(1)).get('token');
    if (given === null) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    if (given !== '') takeToken(given);
}
