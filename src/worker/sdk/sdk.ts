import { LOG_SYMBOL_NAME, SDK_SYMBOL_NAME, type SDK_EXPORTS } from '../../protocol/sdk-module.js';
import { Actor } from './actor.js';
import { ChargingManager } from './charging-manager.js';
import { Configuration } from './configuration.js';
import { Dataset } from './storages/dataset.js';
import { KeyValueStore } from './storages/key-value-store.js';
import { apifyLog } from './logging/apify-log.js';
import { Log, log } from './logging/log.js';
import { Logger, LoggerJson, LoggerText, LogLevel } from './logging/logger.js';
import { PlatformEventManager } from './platform-event-manager.js';
import { ProxyConfiguration } from './proxy-configuration.js';
import { RequestQueue } from './storages/request-queue.js';
import { Request } from './storages/request.js';
import { EXIT_CODES } from './session.js';
import { currentContext } from './context.js';
import type { Client } from '../../model/client/client.js';

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
    Logger,
    LoggerJson,
    LoggerText,
    LogLevel,
    PlatformEventManager,
    ProxyConfiguration,
    Request,
    RequestQueue,
} satisfies Record<(typeof SDK_EXPORTS)[number], unknown>;

/** Type of the built-in SDK. */
export type Sdk = typeof sdk;

/** Global symbol under which the worker exposes its SDK, so that every import leads to the same instance. */
export const SDK_SYMBOL: unique symbol = Symbol.for(SDK_SYMBOL_NAME) as never;

/** Makes the SDK and its logger available to the modules through which Actors of this thread import them. */
export function exposeSdk(): void {
    Object.defineProperty(globalThis, SDK_SYMBOL, { value: sdk, configurable: true });
    Object.defineProperty(globalThis, Symbol.for(LOG_SYMBOL_NAME), { value: apifyLog, configurable: true });
}
