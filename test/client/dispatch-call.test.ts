import { describe, expect, it } from 'vitest';
import { dispatchCall } from '../../src/client/dispatch-call.js';
import { CLIENT_METHODS, type CallSegment, type ResourceName } from '../../src/protocol/calls.js';
import { makeClient } from './fake-host.js';

describe('a call that came as data', () => {
    it('walks to its resource and does what the last step says', async () => {
        const { host, client } = await makeClient();
        const { id } = host.addRun(host.addActor('scraper'));

        await dispatchCall(client, [['run', id], ['dataset'], ['pushItems', [{ n: 1 }, { n: 2 }]]]);
        const page = await dispatchCall(client, [['run', id], ['dataset'], ['listItems', { limit: 1 }]]);

        expect(page).toMatchObject({ total: 2, items: [{ n: 1 }] });
        expect(structuredClone(page)).toEqual(page);
    });

    it('hands out a started run as plain data', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        const run = (await dispatchCall(client, [
            ['actor', 'scraper'],
            ['start', { a: 1 }, { memory: 128 }],
        ])) as object;

        expect(Object.getOwnPropertyNames(run)).not.toContain('waitForFinish');
        expect(host.starts[0]!.options).toEqual({ memory: 128 });
    });

    it('fails as the method fails', async () => {
        const { client } = await makeClient();

        const call = dispatchCall(client, [
            ['dataset', 'missing'],
            ['pushItems', {}],
        ]);

        await expect(call).rejects.toMatchObject({ code: 'record-not-found' });
    });

    const odd: CallSegment[][] = [
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
    it.each(odd.map((steps) => ({ steps })))('is refused as $steps', async ({ steps }) => {
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

    it('is told the name it most likely meant', async () => {
        const { client } = await makeClient();

        await expect(
            dispatchCall(client, [
                ['dataset', 'x'],
                ['pushItem', {}],
            ]),
        ).rejects.toThrow('Did you mean `pushItems`?');
    });
});

describe('the shape of the client', () => {
    it('names methods that the client has, on every resource', async () => {
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

/** What a method that leads to a resource cannot do without. */
function argumentsOf(method: string): string[] {
    return method === 'lastRun' ? [] : ['an-id'];
}
