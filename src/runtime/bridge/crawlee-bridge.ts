import { EventRelay } from './event-relay.js';
import { directStorages } from './storage-shortcut.js';
import type { Bridge, BridgeOptions } from './bridge.js';
import type { CorePackage } from './packages.js';

/** Joins a Crawlee that an Actor uses without the SDK, and sets what the SDK would have set. */
export function joinCrawlee(core: CorePackage, { client, push, env }: BridgeOptions): Bridge {
    const relay = new EventRelay();
    class HostEvents extends core.EventManager {}
    relay.serve(HostEvents.prototype);
    const config = core.Configuration.getGlobalConfig();
    config.useStorageClient(directStorages({ client, push }));
    config.useEventManager(new HostEvents());
    config.set('defaultDatasetId', env.ACTOR_DEFAULT_DATASET_ID);
    config.set('defaultKeyValueStoreId', env.ACTOR_DEFAULT_KEY_VALUE_STORE_ID);
    config.set('defaultRequestQueueId', env.ACTOR_DEFAULT_REQUEST_QUEUE_ID);
    config.set('inputKey', env.ACTOR_INPUT_KEY);
    config.set('memoryMbytes', Number(env.ACTOR_MEMORY_MBYTES));
    config.set('availableMemoryRatio', 1);
    config.set('disableBrowserSandbox', true);
    return { announce: (event) => relay.announce(event), isInitialized: () => false };
}
