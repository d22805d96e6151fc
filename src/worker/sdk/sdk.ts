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

/** Returns the error for a feature that the platform's SDK has and this one does not. */
function notYetAvailable(what: string): EngineError {
    return new EngineError(
        'not-yet-available',
        `\`${what}\` is not yet available in the built-in SDK. To use it now, add \`apify\` to the Actor's own dependencies.`,
    );
}

/** Creates a class that can be imported and referenced, but not instantiated. */
function unavailableClass(name: string): new (...args: unknown[]) => object {
    return class {
        constructor() {
            throw notYetAvailable(`new ${name}()`);
        }
    };
}

/** Type of `ApifyClient`, as Actors expect it. */
type ClientConstructor = new (options?: Record<string, unknown>) => Client;

/**
 * Returns the client of the engine from `new ApifyClient()` and ignores its options, so that no Actor reaches the real
 * platform by accident.
 */
const ApifyClient: ClientConstructor = function ApifyClient() {
    return currentContext().client;
} as unknown as ClientConstructor;

/** The built-in SDK: the exports of `apify` for an Actor without its own `apify`. */
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
    /** Placeholder for the class of the platform's SDK. It cannot be instantiated. */
    PlatformEventManager: unavailableClass('PlatformEventManager'),
    ProxyConfiguration,
    Request,
    RequestQueue,
} satisfies Record<(typeof SDK_EXPORTS)[number], unknown>;

/** Type of the built-in SDK. */
export type Sdk = typeof sdk;

/** Global symbol under which the worker exposes its SDK, so that every import leads to the same instance. */
export const SDK_SYMBOL: unique symbol = Symbol.for(SDK_SYMBOL_NAME) as never;
