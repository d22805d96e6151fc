import { readStored, store } from './stored.js';
import { Value } from './value.js';

/** The token that the API is asked with; undefined until there is one that may be right. */
export const token = new Value<string | undefined>(undefined);

/** Why the token was given up, if it was. */
export const tokenTrouble = new Value<string | undefined>(undefined);

/**
 * Takes the token out of the link that the engine printed, `/#token=…`, or what this browser has kept of it. What follows `#`
 * is sent to no server; it is taken out of the address bar all the same, lest it be copied on with the address.
 */
export function findToken(): void {
    takeFromAddress();
    token.set(token.current ?? readStored('token'));
    window.addEventListener('hashchange', takeFromAddress);
}

/** Uses a token from now on, and keeps it. */
export function takeToken(text: string): void {
    tokenTrouble.set(undefined);
    store('token', text);
    token.set(text);
}

/** Gives the token up. @param trouble - Why, for whoever has to find another. */
export function dropToken(trouble?: string): void {
    store('token', undefined);
    tokenTrouble.set(trouble);
    token.set(undefined);
}

function takeFromAddress(): void {
    const given = new URLSearchParams(location.hash.slice(1)).get('token');
    if (given === null) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    if (given !== '') takeToken(given);
}
