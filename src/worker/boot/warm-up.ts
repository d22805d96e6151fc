import { MessageChannel } from 'node:worker_threads';
import { ENGINE_HOSTS } from '../../protocol/api.js';
import { prepareOwnSdk } from '../apify-bridge/bridge.js';
import { DirectDatasetWriter } from '../channel/direct-dataset-writer.js';
import { HostConnection } from '../channel/host-connection.js';
import { createRemoteClient } from '../channel/remote-client.js';
import { createRunContext } from '../sdk/run-context.js';
import { UsageReporter } from '../usage/usage.js';
import type { ApifyBridge } from '../apify-bridge/apify-bridge.js';
import type { ActorInstance } from '../apify-bridge/packages.js';
import type { CallSegment } from '../../protocol/calls.js';
import type { OwnSdk } from '../../protocol/messages.js';
import type { Client } from '../../model/client/client.js';

/*
 * While there is time, a spare performs the first steps of a run, so that Node and V8 have loaded and compiled what it
 * needs. All effects are undone. See `docs/decisions/warm-up-of-spares.md`.
 */

/** Environment that the SDK reads before it starts. */
const ENV: Readonly<Record<string, string>> = {
    APIFY_IS_AT_HOME: '1',
    APIFY_TOKEN: 'warm-up',
    APIFY_API_BASE_URL: `http://${ENGINE_HOSTS[0]}`,
    APIFY_ACTOR_PRICING_INFO: '{"pricingModel":"FREE"}',
    APIFY_CHARGED_ACTOR_EVENT_COUNTS: '{}',
    ACTOR_RUN_ID: 'warm-up',
    ACTOR_DEFAULT_DATASET_ID: 'warm-up',
    ACTOR_DEFAULT_KEY_VALUE_STORE_ID: 'warm-up',
    ACTOR_DEFAULT_REQUEST_QUEUE_ID: 'warm-up',
};

/** Warms up the built-in SDK, and the one that the Actor brings. */
export async function warmUp(ownSdk: OwnSdk | undefined): Promise<void> {
    process.setSourceMapsEnabled(true);
    void [process.stdout.isTTY, process.stderr.isTTY];
    // Located beside the built worker file. If an app has bundled it elsewhere, the run loads it.
    await import(new URL('./apify-shim/index.mjs', import.meta.url).href).catch(() => {});
    const { port1: host, port2: port } = new MessageChannel();
    host.on('message', ({ id, segments }: { id: number; segments?: CallSegment[] }) => {
        host.postMessage({ type: 'response', id, ok: true, output: respond(segments) });
    });
    const connection = new HostConnection(port);
    const client = createRemoteClient(connection);
    await warmUpRun(connection, client);
    try {
        const bridge = ownSdk && prepareOwnSdk(ownSdk);
        if (bridge !== undefined) await warmUpSdk(bridge, client);
    } catch {
        // A broken SDK is reported by the run.
    }
    host.close();
}

async function warmUpRun(connection: HostConnection, client: Client): Promise<void> {
    const usage = new UsageReporter(connection, { onSystemInfo() {}, terminate() {} });
    usage.report();
    usage.stop();
    const context = createRunContext({
        client,
        env: {},
        signal: connection.signal,
        push: async () => {},
        reportFailure: () => {},
        write: () => {},
        exit: () => {},
    });
    context.session.init(context);
    await new DirectDatasetWriter(connection, '', 0).push(['{}'], async () => {});
    await client.dataset('').pushItems({});
    await client.keyValueStore('').getRecord('');
    await context.session.exit(context, { exit: false });
}

/**
 * Makes the platform's SDK perform the first steps of a run. It uses a separate instance and configuration over
 * storages that keep nothing, and restores the global state.
 */
export async function warmUpSdk(bridge: ApifyBridge, client: Client): Promise<void> {
    const { apify, core } = bridge.packages;
    const before = { ...process.env };
    const level = apify.log.getLevel();
    Object.assign(process.env, ENV);
    apify.log.setLevel(apify.LogLevel.OFF as number);
    bridge.connect({ client, env: {}, hosts: ENGINE_HOSTS, push: async () => {} });
    const { storage } = core.Configuration;
    // A version that sends a request must not wait for a response.
    const actor = new apify.Actor({ token: 'warm-up', storageClientOptions: { maxRetries: 0 } });
    try {
        // `init` sets its configuration for everything that follows in its async context, so it gets a context of its
        // own.
        await (storage === undefined ? exerciseSdk(actor) : storage.run(actor.config, () => exerciseSdk(actor)));
    } catch {
        // A version that works differently is not warmed up; nothing else changes.
    } finally {
        apify.Configuration.resetGlobalState();
        core.Configuration.resetGlobalState();
        apify.log.setLevel(level);
        for (const name of Object.keys(ENV)) delete process.env[name];
        Object.assign(process.env, before);
    }
}

async function exerciseSdk(actor: ActorInstance): Promise<void> {
    try {
        await actor.init();
        await actor.getInput();
        await actor.pushData({});
        await actor.setValue('warm-up', {});
        await actor.exit({ exit: false });
    } finally {
        await actor.eventManager.close();
    }
}

/** Responds as a host would that has every storage and a record under every key. */
function respond(segments: CallSegment[] = []): unknown {
    const [method] = segments.at(-1) ?? [];
    if (method === 'get') return { id: 'warm-up', createdAt: new Date(), modifiedAt: new Date() };
    if (method === 'getRecord') return { key: 'INPUT', value: { a: 1 }, contentType: 'application/json' };
    return undefined;
}
