import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadSdkPackages } from '../../../src/worker/apify-bridge/packages.js';
import { installSdkFastPaths } from '../../../src/worker/apify-bridge/sdk-fast-paths.js';

const folder = dirname(createRequire(import.meta.url).resolve('apify-sdk/package.json'));
const packages = loadSdkPackages(folder);
const { ConfigurationClass, read } = observe();

/** Reads all keys of the configuration, to compare them before and after. */
function observe() {
    const { core } = packages;
    const keys = [...new Set(Object.values(core.Configuration.ENV_MAP!)), 'token', 'nonsense'];
    const readAll = (): Record<string, unknown> => {
        const config = new (core.Configuration as unknown as new (
            options: object,
        ) => typeof core.Configuration.prototype)({
            headless: false,
            memoryMbytes: 7,
        });
        return Object.fromEntries(keys.map((key) => [key, [config.get(key), config.get(key, 'otherwise')]]));
    };
    return { ConfigurationClass: core.Configuration, read: readAll };
}

const ENVIRONMENTS: [string, Record<string, string>][] = [
    ['no variables', {}],
    ['those of a run', { ACTOR_RUN_ID: 'R', APIFY_IS_AT_HOME: '1', ACTOR_MEMORY_MBYTES: '512', APIFY_TOKEN: 't' }],
    ['several names for one value', { CRAWLEE_MEMORY_MBYTES: '1', ACTOR_MEMORY_MBYTES: '2', APIFY_MEMORY_MBYTES: '3' }],
    ['empty ones before others', { CRAWLEE_MEMORY_MBYTES: '', ACTOR_MEMORY_MBYTES: '2', APIFY_HEADLESS: '' }],
];
const before = ENVIRONMENTS.map(([, env]) => withEnv(env, read));
const map = ConfigurationClass.ENV_MAP;
installSdkFastPaths(packages);

function withEnv<T>(env: Record<string, string>, work: () => T): T {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    try {
        return work();
    } finally {
        vi.unstubAllEnvs();
    }
}

afterEach(() => {
    vi.unstubAllEnvs();
});

describe('the configuration with fast paths', () => {
    it.each(ENVIRONMENTS.map(([what, env], index) => [what, env, before[index]] as const))(
        'returns the same values as before, with %s',
        (_what, env, expected) => {
            expect(withEnv(env, read)).toEqual(expected);
            expect(ConfigurationClass.ENV_MAP).toBe(map);
        },
    );

    it('follows a map that is replaced', () => {
        ConfigurationClass.ENV_MAP = { MY_OWN_VARIABLE: 'nonsense' };
        vi.stubEnv('MY_OWN_VARIABLE', 'seen');

        expect(read()['nonsense']).toEqual(['seen', 'seen']);

        ConfigurationClass.ENV_MAP = map;
    });
});

describe('opening a storage with fast paths', () => {
    it.each(['openDataset', 'openKeyValueStore'] as const)('validates options that are given: %s', async (method) => {
        const actor = new packages.apify.Actor({ token: 't' }) as unknown as Record<
            typeof method,
            (id?: unknown, options?: object) => Promise<unknown>
        >;

        await expect(actor[method](null, { forceClod: true })).rejects.toThrow('forceClod');
    });

    it('warns of a call before `init`, as without them', async () => {
        const warning = vi.spyOn(packages.apify.log as unknown as { warning(text: string): void }, 'warning');
        warning.mockImplementation(() => {});
        const actor = new packages.apify.Actor({ token: 't' }) as unknown as {
            openDataset(id: unknown): Promise<unknown>;
        };

        await actor.openDataset({ alias: 'nobody' }).catch(() => {});

        expect(warning).toHaveBeenCalledWith(expect.stringContaining('Actor.openDataset() was called but'));
    });
});
