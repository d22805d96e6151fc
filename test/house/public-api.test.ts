import { describe, expect, it } from 'vitest';

/** What each entry exports at run time. A name that comes or goes is a change for users: it belongs in the changelog. */
const EXPORTS: Record<string, readonly string[]> = {
    greenroom: ['EngineError', 'createEngine', 'isEngineError'],
    'greenroom/actor': [
        'Actor',
        'ApifyClient',
        'ChargingManager',
        'Configuration',
        'Dataset',
        'EXIT_CODES',
        'KeyValueStore',
        'Log',
        'LogLevel',
        'PlatformEventManager',
        'ProxyConfiguration',
        'Request',
        'RequestQueue',
        'default',
        'log',
    ],
    'greenroom/server': ['toNodeHandler'],
    'greenroom/testing': [
        'ManualClock',
        'chaos',
        'createFaults',
        'createNetwork',
        'matchers',
        'record',
        'replay',
        'typedActor',
        'until',
        'withEngine',
    ],
    'greenroom/vitest': ['expect', 'it', 'test'],
};

describe('the built package', () => {
    it.each(Object.entries(EXPORTS))(
        'exports from %s the names that users know, and no others',
        async (entry, names) => {
            const module = (await import(entry)) as object;

            expect(Object.keys(module).toSorted()).toEqual([...names].toSorted());
        },
    );
});
