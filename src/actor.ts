/*
 * `greenroom/actor`: the built-in SDK for Actors. Inside a run it is the one that the worker has set up; anywhere else
 * it can be imported, but its methods say that they work only inside a run.
 */
import { sdk as ownSdk, SDK_SYMBOL, type Sdk } from './runtime/sdk/sdk.js';
import type { ChargingManager as ChargingManagerType } from './runtime/sdk/charging-manager.js';
import type { Dataset as DatasetType } from './runtime/sdk/dataset.js';
import type { KeyValueStore as KeyValueStoreType } from './runtime/sdk/key-value-store.js';
import type { Log as LogType } from './runtime/sdk/log.js';
import type { RequestQueue as RequestQueueType } from './runtime/sdk/request-queue.js';
import type { Request as RequestType } from './runtime/sdk/request.js';

export type { ActorPricingInfo, ChargeOptions, ChargeResult } from './runtime/sdk/charging-manager.js';
export type { ActorEnv } from './runtime/sdk/env.js';
export type { ActorEventListener, ActorEvents } from './runtime/sdk/events.js';
export type { SetValueOptions } from './runtime/sdk/key-value-store.js';
export type { RequestSource } from './runtime/sdk/request-queue.js';
export type { RequestOptions } from './runtime/sdk/request.js';
export type { ExitOptions, InitOptions, MainOptions } from './runtime/sdk/session.js';

const sdk: Sdk = (globalThis as { [SDK_SYMBOL]?: Sdk })[SDK_SYMBOL] ?? ownSdk;

export const {
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
    PlatformEventManager,
    ProxyConfiguration,
    Request,
    RequestQueue,
} = sdk;

export type ChargingManager = ChargingManagerType;
export type Dataset<T extends object = Record<string, unknown>> = DatasetType<T>;
export type KeyValueStore = KeyValueStoreType;
export type Log = LogType;
export type Request = RequestType;
export type RequestQueue = RequestQueueType;

// What the platform's SDK has too, for `import Apify from 'apify'`.
export default sdk;
