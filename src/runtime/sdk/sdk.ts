import { SDK_SYMBOL_NAME, type SDK_EXPORTS } from '../../protocol/sdk-module.js';
import { Actor } from './actor.js';
import { ChargingManager } from './charging-manager.js';
import { ApifyClient } from './client.js';
import { Configuration } from './configuration.js';
import { Dataset } from './dataset.js';
import { KeyValueStore } from './key-value-store.js';
import { Log, log, LogLevel } from './log.js';
import { ProxyConfiguration } from './proxy-configuration.js';
import { RequestQueue } from './request-queue.js';
import { Request } from './request.js';
import { EXIT_CODES } from './session.js';
import { unavailableClass } from './unavailable.js';

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
