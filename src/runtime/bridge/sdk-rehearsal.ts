import { ENGINE_HOSTS } from '../../protocol/api.js';
import { createRemoteClient } from '../remote-client.js';
import type { CallStep } from '../../protocol/calls.js';
import type { ApifyBridge } from './apify-bridge.js';
import type { BridgeOptions } from './bridge.js';
import type { ActorInstance } from './packages.js';

/** What the SDK looks for before it goes about its work. */
const ENV: Readonly<Record<string, string>> = {
    APIFY_IS_AT_HOME: '1',
    APIFY_TOKEN: 'rehearsal',
    APIFY_API_BASE_URL: `http://${ENGINE_HOSTS[0]}`,
    APIFY_ACTOR_PRICING_INFO: '{"pricingModel":"FREE"}',
    APIFY_CHARGED_ACTOR_EVENT_COUNTS: '{}',
    ACTOR_RUN_ID: 'rehearsal',
    ACTOR_DEFAULT_DATASET_ID: 'rehearsal',
    ACTOR_DEFAULT_KEY_VALUE_STORE_ID: 'rehearsal',
    ACTOR_DEFAULT_REQUEST_QUEUE_ID: 'rehearsal',
};

/**
 * Lets the real SDK do in a spare thread, while there is time, what a run has it do first, so that V8 has seen and compiled
 * it by then. It is an instance of its own, with a configuration of its own, over storages that keep nothing; what it
 * leaves behind is undone.
 */
export async function rehearseSdk(bridge: ApifyBridge): Promise<void> {
    const { apify, core } = bridge.packages;
    const before = { ...process.env };
    const level = apify.log.getLevel();
    Object.assign(process.env, ENV);
    apify.log.setLevel(apify.LogLevel.OFF as number);
    bridge.join(rehearsalOptions());
    const { storage } = core.Configuration;
    const actor = new apify.Actor({ token: 'rehearsal' });
    try {
        // `init` makes its configuration that of whatever comes after it in its chain of calls: it gets a chain of its own.
        await (storage === undefined ? perform(actor) : storage.run(actor.config, () => perform(actor)));
    } catch {
        // A version that does it in another way loses the head start, and nothing else.
    } finally {
        apify.Configuration.resetGlobalState();
        core.Configuration.resetGlobalState();
        apify.log.setLevel(level);
        for (const name of Object.keys(ENV)) delete process.env[name];
        Object.assign(process.env, before);
    }
}

async function perform(actor: ActorInstance): Promise<void> {
    try {
        await actor.init();
        await actor.getInput();
        await actor.pushData({});
        await actor.setValue('rehearsal', {});
        await actor.exit({ exit: false });
    } finally {
        await actor.eventManager.close();
    }
}

function rehearsalOptions(): BridgeOptions {
    return {
        client: createRemoteClient({ call: async (steps) => answer(steps) }),
        env: {},
        api: { hosts: ENGINE_HOSTS, answer: async () => ({ status: 404, headers: {}, body: none() }) },
        push: async () => {},
    };
}

/** As a host would answer that has every storage, and a record under every key. */
function answer(steps: CallStep[]): unknown {
    const [method] = steps.at(-1)!;
    if (method === 'get') return { id: 'rehearsal', createdAt: new Date(), modifiedAt: new Date() };
    if (method === 'getRecord') return { key: 'INPUT', value: { a: 1 }, contentType: 'application/json' };
    return undefined;
}

async function* none(): AsyncGenerator<Uint8Array> {}
