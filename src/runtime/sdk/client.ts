import { currentContext } from './context.js';
import type { Client } from '../../model/client.js';

/** Stands where Actors expect `ApifyClient`. */
type ClientConstructor = new (options?: Record<string, unknown>) => Client;

/**
 * `new ApifyClient()` gives the client of the engine, whatever token or address it is given: nothing an Actor does by
 * habit reaches the real platform.
 */
export const ApifyClient: ClientConstructor = function ApifyClient() {
    return currentContext().client;
} as unknown as ClientConstructor;
