import { ApifyBridge } from './apify-bridge.js';
import { joinCrawlee } from './crawlee-bridge.js';
import { loadCore, loadSdkPackages } from './packages.js';
import type { Client } from '../../model/client.js';
import type { RetrySettings } from '../../protocol/retries.js';
import type { OwnSdk, SystemEvent } from '../../protocol/messages.js';
import type { ApiRoute } from './axios-adapter.js';

/** What the Actor's own SDK is joined to. */
export interface BridgeOptions {
    client: Client;
    env: Readonly<Record<string, string | undefined>>;
    api: ApiRoute;
    /** Where it is, calls are to go as they would without the bridge, and to be repeated so. */
    retries?: RetrySettings;
    /** Appends items, given as JSON texts of one object each, to a dataset. */
    push(datasetId: string, texts: readonly string[]): Promise<void>;
}

/** The Actor's own SDK, joined to the engine. */
export interface Bridge {
    announce(event: SystemEvent): void;
    /** Whether the Actor has called `Actor.init()` or `Actor.main()` of its own SDK. */
    isInitialized(): boolean;
}

/** By the folder of its `apify`, what a spare has made ready. */
const prepared = new Map<string, ApifyBridge>();

/** Makes the SDK that an Actor brings ready to be joined to a run, in a spare thread that knows of none yet. */
export function prepareOwnSdk({ apify }: OwnSdk): ApifyBridge | undefined {
    if (apify === undefined) return undefined;
    const bridge = prepared.get(apify) ?? new ApifyBridge(loadSdkPackages(apify));
    prepared.set(apify, bridge);
    return bridge;
}

/**
 * Joins the SDK that an Actor brings to the engine, before the Actor is loaded. Nothing of the packages changes on disk,
 * and nothing in memory but where their calls go and where their events come from.
 */
export function joinOwnSdk(sdk: OwnSdk, options: BridgeOptions): Bridge {
    const bridge = prepareOwnSdk(sdk);
    if (bridge === undefined) return joinCrawlee(loadCore(sdk), options);
    bridge.join(options);
    return bridge;
}
