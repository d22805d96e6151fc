import { SDK_SYMBOL_NAME, type SDK_EXPORTS } from '../../protocol/sdk-module.js';
import { Actor } from './actor.js';
import { ChargingManager } from './charging-manager.js';
import { Configuration } from './configuration.js';
import { Dataset } from './storages/dataset.js';
import { KeyValueStore } from './storages/key-value-store.js';
import { Log, log, LogLevel } from './log.js';
import { ProxyConfiguration } from './proxy-configuration.js';
import { RequestQueue } from './storages/request-queue.js';
import { Request } from './storages/request.js';
import { EXIT_CODES } from './session.js';
import { currentContext } from './context.js';
import { EngineError } from '../../errors/engine-error.js';
import type { Client } from '../../model/client/client.js';

/** The error for what the platform's SDK has and this one does not have yet. */
function notYetAvailable(what: string): EngineError {
    return new EngineError(
        'not-yet-available',
        `\`${what}\` is not yet available in the built-in SDK. To use it now, add \`apify\` to the Actor's own dependencies.`,
    );
}

/** A class that can be imported and named, but not made. */
function unavailableClass(name: string): new (...args: unknown[]) => object {
    return class {
        constructor() {
            throw notYetAvailable(`new ${name}()`);
        }
    };
}

/** Stands where Actors expect `ApifyClient`. */
type ClientConstructor = new (options?: Record<string, unknown>) => Client;

/**
 * `new ApifyClient()` gives the client of the engine, whatever token or address it is given: nothing an Actor does by
 * habit reaches the real platform.
 */
const ApifyClient: ClientConstructor = function ApifyClient() {
    return currentContext().client;
} as unknown as ClientConstructor;

/** The built-in SDK: what `import 'apify'` gives to an Actor that has no `apify` of its own. */
export const sdk = {
    Actor,
    ApifyClient,
    ChargingManager,
    Configuration,
    Dataset,
    EXIT_CODES,
    KeyValueStore,
    Log,
    log,
    LogLevel,
    PlatformEventManager: unavailableClass('PlatformEventManager'),
    ProxyConfiguration,
    Request,
    RequestQueue,
} satisfies Record<(typeof SDK_EXPORTS)[number], unknown>;

/** The names of the built-in SDK. */
export type Sdk = typeof sdk;

/** Where the worker leaves its SDK, so that every way of importing it leads to the same one. */
export const SDK_SYMBOL: unique symbol = Symbol.for(SDK_SYMBOL_NAME) as never;
