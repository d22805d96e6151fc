import { describe, expect, it } from 'vitest';
import { NetworkPolicies } from '../../src/engine/external/network-policies.js';
import type { NetworkHandler } from '../../src/model/network.js';
import type { Run } from '../../src/model/api/run.js';

const RUN = { id: 'run1', actId: 'act1', userId: 'user1', buildNumber: '0.0.1' } as Run;
const REQUEST = { method: 'GET', url: 'https://shop.example/', headers: [] };

function createPolicies(handler?: NetworkHandler, url?: string) {
    const events: [string, unknown][] = [];
    const policies = new NetworkPolicies(
        { network: handler ? 'handler' : 'guarded', networkHandler: handler },
        { emit: (name, event) => events.push([name, event]) },
        { proxy: { variables: async () => ({}) }, external: { url } },
    );
    const ask = async (hasOwnNetwork: boolean, request: object = {}): Promise<unknown> => {
        const { signal } = new AbortController();
        const answer = policies.fetch({ run: RUN, hasOwnNetwork }, { ...REQUEST, ...request }, { signal }, () => {});
        return answer.then(
            ({ status }) => status,
            ({ code }: { code: string }) => code,
        );
    };
    return { policies, events, ask };
}

describe('the network of a run', () => {
    it('is that of the engine or its own', () => {
        const { policies } = createPolicies();

        expect(policies.resolve({})).toEqual({ policy: 'guarded', ownAddresses: [] });
        expect(policies.resolve({ hasOwnNetwork: true })).toEqual({ policy: 'handler', ownAddresses: [] });
    });

    it('keeps the engine reachable if a handler handles the rest', () => {
        const { policies } = createPolicies(() => new Response(), 'http://127.0.0.1:4000');

        expect(policies.resolve({})).toEqual({ policy: 'handler', ownAddresses: ['127.0.0.1:4000'] });
    });
});

describe('a handler of a run', () => {
    it('takes precedence over the handler of the engine', async () => {
        const { policies, ask } = createPolicies(() => new Response(null, { status: 201 }));
        policies.setHandler(RUN.id, () => new Response(null, { status: 202 }));

        expect([await ask(true), await ask(false)]).toEqual([202, 201]);
    });

    it('blocks everything once it is missing, and is not replaced by that of the engine', async () => {
        const { policies, ask, events } = createPolicies(() => new Response());
        policies.setHandler(RUN.id, () => new Response());
        policies.removeHandler(RUN.id);

        expect(await ask(true)).toBe('ERR_GREENROOM_UNANSWERED');
        expect(events.map(([name]) => name)).toEqual(['network.unanswered']);
    });
});

describe('a request that is not a web request', () => {
    it.each([
        ['a method that is not allowed', { method: 'TRACE' }],
        ['an invalid URL', { url: 'https://a b/' }],
    ])('fails with the reason: %s', async (_what, request) => {
        const { ask, events } = createPolicies(() => new Response());

        expect(await ask(false, request)).toBe('ERR_GREENROOM_HANDLER');
        expect(events.map(([name]) => name)).toEqual(['warning']);
    });
});
