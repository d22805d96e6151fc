import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as facade from '../../../src/actor.js';
import { setContextSource } from '../../../src/worker/sdk/context.js';
import { startFakeRun } from '../fake-host.js';

const { Actor, ApifyClient, Configuration, Dataset } = facade;

beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
    setContextSource(() => undefined);
});

describe('the built-in SDK outside of a run', () => {
    it.each([
        ['Actor.init()', () => Actor.init()],
        ['Actor.getInput()', () => Actor.getInput()],
        ['Dataset.open()', () => Dataset.open()],
        ['new ApifyClient()', async () => new ApifyClient()],
        ['Actor.getEnv()', async () => Actor.getEnv()],
    ])('can be imported, but reports that %s works only inside one', async (_, use) => {
        await expect(use()).rejects.toMatchObject({
            code: 'run-gone',
            message: expect.stringContaining('only inside a run'),
        });
    });
});

describe('the built-in SDK', () => {
    it('exports the names that Actors import from `apify`', () => {
        expect(Object.keys(facade)).toEqual(
            expect.arrayContaining([
                'Actor',
                'ApifyClient',
                'Configuration',
                'Dataset',
                'KeyValueStore',
                'log',
                'RequestQueue',
            ]),
        );
        expect(facade.default.Actor).toBe(Actor);
    });

    it('shares the events of the run between all managers', async () => {
        startFakeRun();
        const seen: unknown[] = [];
        const manager = new facade.PlatformEventManager();

        Actor.on('migrating', (data) => seen.push(data));
        manager.emit('migrating', { timeRemainingSecs: 5 });
        await Actor.config.getEventManager().waitForAllListenersToComplete();

        expect(seen).toEqual([{ timeRemainingSecs: 5 }]);
        expect(manager.listenerCount('migrating')).toBe(1);
    });

    it('applies the configuration of an instance to the run when it is initialized', async () => {
        startFakeRun();
        const actor = new Actor({ proxyPassword: 'secret' });

        expect(Actor.config.get('proxyPassword')).toBeUndefined();
        await actor.init();

        expect(Actor.config).toBe(actor.config);
        await expect((await actor.createProxyConfiguration())!.newUrl()).resolves.toContain(':secret@');
        startFakeRun();
        expect(Actor.config.get('proxyPassword')).toBeUndefined();
    });

    it('refuses to charge locally inside a run', async () => {
        startFakeRun();

        await expect(new Actor({ testPayPerEvent: true }).init()).rejects.toThrow('APIFY_IS_AT_HOME');
    });

    it('parses the environment: text, numbers, dates, and null for missing variables', () => {
        startFakeRun(undefined, {
            ACTOR_ID: 'A',
            ACTOR_MEMORY_MBYTES: '512',
            ACTOR_STARTED_AT: '2026-01-02T03:04:05.000Z',
            ACTOR_TIMEOUT_AT: '',
            APIFY_IS_AT_HOME: '1',
        });

        expect(Actor.getEnv()).toMatchObject({
            actorId: 'A',
            actorRunId: 'RUN',
            defaultDatasetId: 'DATASET',
            memoryMbytes: 512,
            startedAt: new Date('2026-01-02T03:04:05.000Z'),
            timeoutAt: null,
            token: null,
            isAtHome: '1',
        });
        expect(Actor.isAtHome()).toBe(true);
    });

    it('has a configuration in which the environment takes precedence', () => {
        startFakeRun(undefined, { ACTOR_MEMORY_MBYTES: '512' });
        const config = new Configuration({ memoryMbytes: 1, inputKey: 'MINE' });

        expect(config.get('memoryMbytes')).toBe(512);
        expect(config.get('inputKey')).toBe('MINE');
        expect(config.get('proxyPort')).toBe(8_000);
        expect(config.get('unknown', 'fallback')).toBe('fallback');
        expect(Actor.config).toBe(Configuration.getGlobalConfig());
    });

    it('starts, calls and aborts other Actors through the engine, ignoring the token', async () => {
        const { host } = startFakeRun(() => ({ id: 'R' }));

        await Actor.start('me/other', { a: 1 }, { memory: 256, token: 'mine' });
        await Actor.call('me/other', undefined, { waitSecs: 5, log: { info() {} } });
        await Actor.abort('R', { gracefully: true });
        await new ApifyClient({ token: 'mine' }).user().get();

        expect(host.lastSegments).toEqual([
            ['start', { a: 1 }, { memory: 256 }],
            ['call', undefined, { waitSecs: 5 }],
            ['abort', { gracefully: true }],
            ['get'],
        ]);
    });

    it('passes the remaining time to another run', async () => {
        const timeoutAt = new Date(Date.now() + 60_500).toISOString();
        const { host } = startFakeRun(() => ({ id: 'R' }), { ACTOR_TIMEOUT_AT: timeoutAt });

        await Actor.start('me/other', {}, { timeout: 'inherit' });

        expect((host.lastSegments[0]![2] as { timeout: number }).timeout).toBeGreaterThanOrEqual(59);
        expect((host.lastSegments[0]![2] as { timeout: number }).timeout).toBeLessThanOrEqual(60);
    });

    it('sets a status message and returns the run', async () => {
        const { host } = startFakeRun((segments) => (segments[0]![0] === 'run' ? { id: 'RUN' } : undefined));
        await Actor.init();

        await expect(Actor.setStatusMessage('half', { level: 'WARNING' })).resolves.toEqual({ id: 'RUN' });
        expect(host.calls[0]).toEqual([['setStatusMessage', 'half', { level: 'WARNING' }]]);
        expect(process.stderr.write).toHaveBeenCalledWith('WARN  [Status message]: half\n');
    });
});
