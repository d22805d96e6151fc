import { describe, expect, it } from 'vitest';
import { dispatchCall } from '../../src/client/dispatch-call.js';
import { CLIENT_METHODS, type CallSegment, type ResourceName } from '../../src/protocol/calls.js';
import { makeClient } from './fake-services.js';

describe('dispatchCall', () => {
    it('resolves the resource, and calls the method of the last step', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'));

        await dispatchCall(client, [['run', id], ['dataset'], ['pushItems', [{ n: 1 }, { n: 2 }]]]);
        const page = await dispatchCall(client, [['run', id], ['dataset'], ['listItems', { limit: 1 }]]);

        expect(page).toMatchObject({ total: 2, items: [{ n: 1 }] });
        expect(structuredClone(page)).toEqual(page);
    });

    it('returns a started run as plain data', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        const run = (await dispatchCall(client, [
            ['actor', 'scraper'],
            ['start', { a: 1 }, { memory: 128 }],
        ])) as object;

        expect(Object.getOwnPropertyNames(run)).not.toContain('waitForFinish');
        expect(services.starts[0]!.options).toEqual({ memory: 128 });
    });

    it('rethrows the error of the method', async () => {
        const { client } = await makeClient();

        const call = dispatchCall(client, [
            ['dataset', 'missing'],
            ['pushItems', {}],
        ]);

        await expect(call).rejects.toMatchObject({ code: 'record-not-found' });
    });

    const FORBIDDEN: CallSegment[][] = [
        [['constructor']],
        [['__proto__']],
        [['toString']],
        [['hasOwnProperty', 'x']],
        [['constructor'], ['get']],
        [['__proto__'], ['get']],
        [['toString'], ['get']],
        [['actor', 'x'], ['constructor']],
        [
            ['actor', 'x'],
            ['__defineGetter__', 'a'],
        ],
        [['dataset', 'x'], ['get'], ['then']],
        [['run', 'x'], ['waitForFinish'], ['get']],
        [['run', 'x'], ['log'], ['stream']],
        [['dataset', 'x']],
        [
            ['actor', 'x'],
            ['run', 'y'],
        ],
        [
            ['dataset', 'x'],
            ['getRecord', 'a'],
        ],
    ];
    it.each(FORBIDDEN.map((steps) => ({ steps })))('rejects $steps', async ({ steps }) => {
        const { client } = await makeClient();

        await expect(dispatchCall(client, steps)).rejects.toMatchObject({ code: 'invalid-value' });
    });

    it.each([[undefined], [[]], ['get'], [[['user'], 'get']], [[null]], [[[5]]], [[{ 0: 'user' }]]])(
        'is refused when its steps are %j',
        async (steps) => {
            const { client } = await makeClient();

            await expect(dispatchCall(client, steps as CallSegment[])).rejects.toMatchObject({ code: 'invalid-value' });
        },
    );

    it('suggests the most similar method', async () => {
        const { client } = await makeClient();

        await expect(
            dispatchCall(client, [
                ['dataset', 'x'],
                ['pushItem', {}],
            ]),
        ).rejects.toThrow('Did you mean `pushItems`?');
    });
});

describe('CLIENT_METHODS', () => {
    it('lists existing methods of every resource', async () => {
        const { client } = await makeClient();
        const seen = new Set<ResourceName>();
        const walk = (resource: ResourceName, target: Record<string, unknown>): void => {
            if (seen.has(resource)) return;
            seen.add(resource);
            const { methods, lists, resources } = CLIENT_METHODS[resource];
            for (const method of [...methods, ...lists])
                expect(target[method], `${resource}.${method}`).toBeTypeOf('function');
            for (const [method, next] of Object.entries(resources)) {
                walk(
                    next,
                    (target[method] as (...args: string[]) => Record<string, unknown>).call(
                        target,
                        ...argumentsOf(method),
                    ),
                );
            }
        };

        walk('client', client as unknown as Record<string, unknown>);

        expect([...seen].toSorted()).toEqual(Object.keys(CLIENT_METHODS).toSorted());
    });
});

/** Returns the required arguments of a method that returns a resource. */
function argumentsOf(method: string): string[] {
    return method === 'lastRun' ? [] : ['an-id'];
}
