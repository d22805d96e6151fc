import { ApifyClient } from 'apify-client';
import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';

describe('the users of an engine', () => {
    it('have their own retention', async () => {
        const clock = new ManualClock();
        const users = [
            { username: 'alice', token: 'hers' },
            { username: 'bob', token: 'his' },
        ] as const;
        const engine = await makeEngine({ clock, users });
        const { url: baseUrl } = await engine.listen();
        const alice = new ApifyClient({ baseUrl, token: 'hers' });
        const bob = new ApifyClient({ baseUrl, token: 'his' });
        await engine.addActor({ name: 'quick', run: () => 'done' }, { isPublic: true });
        const clients = [alice, bob];
        for (const client of clients) {
            for (let count = 0; count < 12; count++) await client.actor('alice/quick').call(undefined, { log: null });
            await client.dataset((await client.datasets().getOrCreate()).id).pushItems([{ a: 1 }]);
        }

        await bob.user().updateLimits({ dataRetentionDays: 7 });
        await clock.advance('8d');

        const days = await Promise.all(
            clients.map(async (client) => (await client.user().limits())?.limits.dataRetentionDays),
        );
        expect(days).toEqual([999_999_999, 7]);
        await waitUntil(
            'what is old to be gone',
            async () => (await bob.datasets().list({ unnamed: true })).total === 10,
        );
        expect((await bob.runs().list()).total).toBe(10);
        expect((await alice.runs().list()).total).toBe(12);
        expect((await alice.datasets().list({ unnamed: true })).total).toBe(13);
    });
});
