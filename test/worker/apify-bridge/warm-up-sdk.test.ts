import { dirname } from 'node:path';
import { createRequire } from 'node:module';
import { describe, expect, it, vi } from 'vitest';
import { ApifyBridge } from '../../../src/worker/apify-bridge/apify-bridge.js';
import { loadSdkPackages } from '../../../src/worker/apify-bridge/packages.js';
import { warmUpSdk } from '../../../src/worker/boot/warm-up.js';
import type * as sdk from 'apify-sdk';
import type { Client } from '../../../src/model/client/client.js';

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('apify-sdk/package.json'));
const { Actor, Configuration } = require('apify-sdk') as typeof sdk;

describe('a warm-up of the real SDK', () => {
    it('leaves nothing behind that a run could notice', async () => {
        vi.stubEnv('APIFY_TOKEN', 'as before');
        const bridge = new ApifyBridge(loadSdkPackages(folder));
        const { log } = bridge.packages.apify;
        const before = { env: { ...process.env }, level: log.getLevel(), timers: timersLeft() };
        const written = vi.spyOn(console, 'log');

        await warmUpSdk(bridge, fakeClient([]));

        expect(process.env).toEqual(before.env);
        expect(log.getLevel()).toBe(before.level);
        expect(timersLeft()).toBe(before.timers);
        expect(written).not.toHaveBeenCalled();
        expect(Object.hasOwn(Configuration, 'globalConfig')).toBe(false);
        expect(Object.hasOwn(Actor, '_instance')).toBe(false);
    });

    it('is forgotten once there is a run to connect to', async () => {
        const bridge = new ApifyBridge(loadSdkPackages(folder));
        await warmUpSdk(bridge, fakeClient([]));
        const calls: unknown[][] = [];
        const env = { ACTOR_RUN_ID: 'R', ACTOR_DEFAULT_KEY_VALUE_STORE_ID: 'S', APIFY_IS_AT_HOME: '1' };
        for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
        vi.stubEnv('APIFY_API_BASE_URL', 'http://greenroom.invalid');

        bridge.connect({
            client: fakeClient(calls),
            env,
            hosts: ['greenroom.invalid'],
            push: async () => {},
        });

        expect(bridge.isInitialized()).toBe(false);
        expect(await Actor.getValue('KEY')).toBe('of the run');
        expect(calls).toContainEqual(['S', 'getRecord', 'KEY']);
    });
});

/** Returns the number of timers that would keep the thread alive. */
function timersLeft(): number {
    return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/** Creates a client whose stores have a record under every key. */
function fakeClient(calls: unknown[][]): Client {
    const resource = (id: string): object => ({
        get: async () => ({ id, createdAt: new Date(), modifiedAt: new Date() }),
        setRecord: async () => {},
        async getRecord(key: string) {
            calls.push([id, 'getRecord', key]);
            return { key, value: 'of the run', contentType: 'text/plain' };
        },
    });
    return { keyValueStore: resource, dataset: resource, requestQueue: resource } as unknown as Client;
}
