import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';
import { TypeSurface } from '../support/docs/type-surface.js';

/** The runtime exports of each entry. An added or removed name belongs in the changelog. */
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
        'Logger',
        'LoggerJson',
        'LoggerText',
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
    it.each(Object.entries(EXPORTS))('exports exactly the documented names from %s', async (entry, names) => {
        const module = (await import(entry)) as object;

        expect(Object.keys(module).toSorted()).toEqual([...names].toSorted());
    });
});

const DECLARATIONS: Record<string, string> = {
    greenroom: 'index',
    'greenroom/actor': 'actor',
    'greenroom/testing': 'testing',
    'greenroom/server': 'server',
    'greenroom/vitest': 'vitest',
    'greenroom/jest': 'jest',
};

/*
 * Each snapshot has the public types of an entry. After an intended change, update them with `vitest -u` and describe the
 * difference in the changelog.
 */
describe('the types of the built package', () => {
    let surface: TypeSurface;
    beforeAll(() => {
        const files = Object.entries(DECLARATIONS).map(([entry, name]) => [entry, join(ROOT, 'dist', `${name}.d.ts`)]);
        surface = new TypeSurface(Object.fromEntries(files));
    });

    it.each(Object.keys(DECLARATIONS))('of %s match the snapshot', async (entry) => {
        const file = `__snapshots__/types/${entry.replace('/', '-')}.txt`;
        await expect(surface.describe(entry)).toMatchFileSnapshot(file);
    });

    it('add the matchers to Vitest and Jest', async () => {
        await expect(surface.describeAugmentations()).toMatchFileSnapshot('__snapshots__/types/augmentations.txt');
    });
});
