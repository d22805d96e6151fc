import { ApifyBridge, type Bridge, type BridgeOptions } from './apify-bridge.js';
import { loadCore, loadSdkPackages, type CorePackage } from './packages.js';
import { SystemEventForwarder } from './forward-system-events.js';
import { createDirectStorages } from './direct-storage-client.js';
import type { OwnSdk } from '../../protocol/messages.js';

/** Bridges that spares have prepared, by the folder of `apify`. */
const prepared = new Map<string, ApifyBridge>();

/** Prepares the SDK that an Actor brings in a spare thread, before there is a run to connect it to. */
export function prepareOwnSdk({ apify }: OwnSdk): ApifyBridge | undefined {
    if (apify === undefined) return undefined;
    const bridge = prepared.get(apify) ?? new ApifyBridge(loadSdkPackages(apify));
    prepared.set(apify, bridge);
    return bridge;
}

/**
 * Connects the SDK that an Actor brings to the engine, before the Actor is loaded. The packages on disk stay unchanged;
 * in memory, only the destination of calls and the source of events change.
 */
export function connectOwnSdk(sdk: OwnSdk, options: BridgeOptions): Bridge | undefined {
    const bridge = prepareOwnSdk(sdk);
    if (bridge === undefined) return sdk.core === undefined ? undefined : connectCrawlee(loadCore(sdk.core), options);
    bridge.connect(options);
    return bridge;
}

/** Connects a Crawlee that an Actor uses without the SDK, and sets what the SDK would have set. */
function connectCrawlee(core: CorePackage, { client, push, env }: BridgeOptions): Bridge {
    const forwarder = new SystemEventForwarder();
    class HostEvents extends core.EventManager {}
    forwarder.patch(HostEvents.prototype);
    const config = core.Configuration.getGlobalConfig();
    config.useStorageClient(createDirectStorages({ client, push }));
    config.useEventManager(new HostEvents());
    config.set('defaultDatasetId', env.ACTOR_DEFAULT_DATASET_ID);
    config.set('defaultKeyValueStoreId', env.ACTOR_DEFAULT_KEY_VALUE_STORE_ID);
    config.set('defaultRequestQueueId', env.ACTOR_DEFAULT_REQUEST_QUEUE_ID);
    config.set('inputKey', env.ACTOR_INPUT_KEY);
    config.set('memoryMbytes', Number(env.ACTOR_MEMORY_MBYTES));
    config.set('availableMemoryRatio', 1);
    config.set('disableBrowserSandbox', true);
    return {
        forwardEvent: (event) => forwarder.forward(event),
        beforeRequest: async () => {},
        isInitialized: () => false,
    };
}
