/*
 * `greenroom/actor`: the built-in SDK for Actors. Inside a run it is the instance of the worker. Elsewhere it can be imported,
 * but its methods throw an error.
 */
import { sdk as ownSdk, SDK_SYMBOL, type Sdk } from './worker/sdk/sdk.js';
import type { Actor as ActorType } from './worker/sdk/actor.js';
import type { ChargingManager as ChargingManagerType } from './worker/sdk/charging-manager.js';
import type { Dataset as DatasetType } from './worker/sdk/storages/dataset.js';
import type { KeyValueStore as KeyValueStoreType } from './worker/sdk/storages/key-value-store.js';
import type { Log as LogType } from './worker/sdk/logging/log.js';
import type {
    Logger as LoggerType,
    LoggerJson as LoggerJsonType,
    LoggerText as LoggerTextType,
} from './worker/sdk/logging/logger.js';
import type { RequestQueue as RequestQueueType } from './worker/sdk/storages/request-queue.js';
import type { Request as RequestType } from './worker/sdk/storages/request.js';

export type { ActorPricingInfo, ChargeOptions, ChargeResult } from './worker/sdk/charging-manager.js';
export type { ActorEnv } from './worker/sdk/env.js';
export type { ActorEventListener, ActorEvents } from './worker/sdk/events.js';
export type { SetValueOptions } from './worker/sdk/storages/key-value-store.js';
export type { RequestSource } from './worker/sdk/storages/request.js';
export type { RequestOptions } from './worker/sdk/storages/request.js';
export type { InitOptions, MainOptions } from './worker/sdk/session.js';
export type { ExitOptions } from './worker/sdk/events.js';

/** The built-in SDK as an object, for `import Apify from 'apify'` as in the platform's SDK. */
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
    Logger,
    LoggerJson,
    LoggerText,
    LogLevel,
    PlatformEventManager,
    ProxyConfiguration,
    Request,
    RequestQueue,
} = sdk;

export type Actor = ActorType;
export type ChargingManager = ChargingManagerType;
export type Dataset<T extends object = Record<string, unknown>> = DatasetType<T>;
export type KeyValueStore = KeyValueStoreType;
export type Log = LogType;
export type Logger = LoggerType;
export type LoggerJson = LoggerJsonType;
export type LoggerText = LoggerTextType;
export type Request = RequestType;
export type RequestQueue = RequestQueueType;

// A default export, as in the platform's SDK.
export default sdk;
