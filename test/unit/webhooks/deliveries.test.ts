import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { Deliveries } from '../../../src/webhooks/deliveries.js';

/** Deliveries whose attempts end when, and as, the test says. */
function makeDeliveries() {
    // What it waits for never ends by itself: it need not wait long.
    const clock = new ManualClock(undefined, { patienceMillis: 20 });
    const begun: string[] = [];
    const ends = new Map<string, (delayMillis?: number) => void>();
    const signals = new Map<string, AbortSignal>();
    const deliveries = new Deliveries(clock, (id, signal) => {
        begun.push(id);
        signals.set(id, signal);
        return new Promise((resolve) => {
            ends.set(id, resolve);
            signal.addEventListener('abort', () => resolve(undefined));
        });
    });
    /** Ends an attempt, and lets happen what follows. */
    const end = async (id: string, delayMillis?: number): Promise<void> => {
        ends.get(id)!(delayMillis);
        await clock.advance(0);
    };
    return { clock, begun, end, signals, deliveries };
}

describe('deliveries', () => {
    it('are made only from when they are opened until they are closed', async () => {
        const { begun, end, deliveries } = makeDeliveries();

        deliveries.add('early');
        deliveries.open();
        deliveries.add('a');
        await end('a');
        await deliveries.close(0);
        deliveries.add('late');

        expect(begun).toEqual(['a']);
    });

    it('are tried again so long after the end of an attempt as that asks for', async () => {
        const { clock, begun, end, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('a');
        await clock.advance('1h');
        await end('a', 1000);

        await clock.advance(999);
        expect(begun).toEqual(['a']);
        await clock.advance(1);
        expect(begun).toEqual(['a', 'a']);
        await end('a');
        await clock.advance('1d');

        expect(begun).toEqual(['a', 'a']);
        expect(clock.pendingTimers).toBe(0);
    });

    it('wait for one another where there are many, first come, first served', async () => {
        const { begun, end, deliveries } = makeDeliveries();
        deliveries.open();
        const ids = Array.from({ length: 150 }, (_, index) => `d${index}`);
        for (const id of ids) deliveries.add(id);
        expect(begun).toEqual(ids.slice(0, 100));

        await end('d50');
        await end('d7');

        expect(begun).toEqual(ids.slice(0, 102));
    });

    it('are given up when they are removed: those that wait, and those under way', async () => {
        const { clock, begun, signals, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('later', 1000);
        deliveries.remove('later');
        deliveries.add('under way');
        deliveries.remove('under way');
        await clock.advance('1d');

        expect(begun).toEqual(['under way']);
        expect(signals.get('under way')!.aborted).toBe(true);
        expect(clock.pendingTimers).toBe(0);
    });

    it('give up at once what is under way, when they are closed without grace', async () => {
        const { clock, begun, signals, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('a');
        deliveries.add('b', 1000);

        await deliveries.close(0);
        deliveries.add('c');
        await clock.advance('1d');

        expect(signals.get('a')!.aborted).toBe(true);
        expect(begun).toEqual(['a']);
    });

    it('let what is under way end within the grace', async () => {
        const { end, signals, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('a');

        const closed = deliveries.close(60_000);
        await end('a');
        await closed;

        expect(signals.get('a')!.aborted).toBe(false);
    });

    it('begin what is due within the grace, and nothing of it after that', async () => {
        const { begun, end, signals, deliveries } = makeDeliveries();
        deliveries.open();
        const ids = Array.from({ length: 103 }, (_, index) => `d${index}`);
        for (const id of ids) deliveries.add(id);

        const closed = deliveries.close(20);
        await end('d0');
        expect(begun).toEqual(ids.slice(0, 101));
        await closed;

        expect(begun).toEqual(ids.slice(0, 101));
        expect(signals.get('d100')!.aborted).toBe(true);
    });

    it('do not belong to the code that an event came from', () => {
        const storage = new AsyncLocalStorage<string>();
        const seen: unknown[] = [];
        const deliveries = new Deliveries(new ManualClock(), async () => {
            seen.push(storage.getStore());
            return undefined;
        });
        deliveries.open();

        storage.run('of an Actor', () => deliveries.add('a'));

        expect(seen).toEqual([undefined]);
    });
});
