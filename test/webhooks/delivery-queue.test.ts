import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { DeliveryQueue } from '../../src/webhooks/delivery-queue.js';

const RECEIVER = 'http://127.0.0.1:1';

/** Creates a queue whose attempts end when, and with the result that, the test determines. */
function makeDeliveries() {
    // The attempts never end on their own, so the clock need not wait long for them.
    const clock = new ManualClock(undefined, { patienceMillis: 20 });
    const begun: string[] = [];
    const ends = new Map<string, (delayMillis?: number) => void>();
    const signals = new Map<string, AbortSignal>();
    const deliveries = new DeliveryQueue(clock, (id, signal) => {
        begun.push(id);
        signals.set(id, signal);
        return new Promise((resolve) => {
            ends.set(id, resolve);
            signal.addEventListener('abort', () => resolve(undefined));
        });
    });
    /** Ends an attempt and waits for the reactions. */
    const end = async (id: string, delayMillis?: number): Promise<void> => {
        ends.get(id)!(delayMillis);
        await clock.advance(0);
    };
    return { clock, begun, end, signals, deliveries };
}

describe('deliveries', () => {
    it('are made only between opening and closing', async () => {
        const { begun, end, deliveries } = makeDeliveries();

        deliveries.add('early', RECEIVER);
        deliveries.open();
        deliveries.add('a', RECEIVER);
        await end('a');
        await deliveries.close(0);
        deliveries.add('late', RECEIVER);

        expect(begun).toEqual(['a']);
    });

    it('are retried after the delay that the previous attempt returned', async () => {
        const { clock, begun, end, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('a', RECEIVER);
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

    it('are queued in order beyond the limit', async () => {
        const { begun, end, deliveries } = makeDeliveries();
        deliveries.open();
        const ids = Array.from({ length: 150 }, (_, index) => `d${index}`);
        for (const id of ids) deliveries.add(id, RECEIVER);
        expect(begun).toEqual(ids.slice(0, 50));

        await end('d49');
        await end('d7');

        expect(begun).toEqual(ids.slice(0, 52));
    });

    it('to one receiver do not wait for those to another, up to four hundred in total', async () => {
        const { begun, end, deliveries } = makeDeliveries();
        deliveries.open();
        for (let n = 0; n < 100; n += 1) deliveries.add(`silent${n}`, RECEIVER);

        deliveries.add('other', 'http://127.0.0.1:2');
        expect(begun.at(-1)).toBe('other');
        for (let n = 0; n < 500; n += 1) deliveries.add(`many${n}`, `http://127.0.0.1:${n + 3}`);
        expect(begun).toHaveLength(400);
        await end('other');

        expect(begun).toHaveLength(401);
    });

    it('take turns between receivers', async () => {
        const { begun, end, deliveries } = makeDeliveries();
        deliveries.open();
        for (let n = 0; n < 400; n += 1) deliveries.add(`full${n}`, `http://127.0.0.1:${n}`);
        for (const id of ['a1', 'a2', 'a3']) deliveries.add(id, 'http://a.example');
        deliveries.add('b1', 'http://b.example');

        for (const id of ['full0', 'full1', 'full2']) await end(id);

        expect(begun.slice(400)).toEqual(['a1', 'b1', 'a2']);
    });

    it('are aborted when they are removed, whether queued or in progress', async () => {
        const { clock, begun, signals, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('later', RECEIVER, 1000);
        deliveries.remove('later');
        deliveries.add('under way', RECEIVER);
        deliveries.remove('under way');
        await clock.advance('1d');

        expect(begun).toEqual(['under way']);
        expect(signals.get('under way')!.aborted).toBe(true);
        expect(clock.pendingTimers).toBe(0);
    });

    it('are aborted at once on a close without grace time', async () => {
        const { clock, begun, signals, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('a', RECEIVER);
        deliveries.add('b', RECEIVER, 1000);

        await deliveries.close(0);
        deliveries.add('c', RECEIVER);
        await clock.advance('1d');

        expect(signals.get('a')!.aborted).toBe(true);
        expect(begun).toEqual(['a']);
    });

    it('in progress may end within the grace time', async () => {
        const { end, signals, deliveries } = makeDeliveries();
        deliveries.open();
        deliveries.add('a', RECEIVER);

        const closed = deliveries.close(60_000);
        await end('a');
        await closed;

        expect(signals.get('a')!.aborted).toBe(false);
    });

    it('that are due start within the grace time, and none after it', async () => {
        const { begun, end, signals, deliveries } = makeDeliveries();
        deliveries.open();
        const ids = Array.from({ length: 53 }, (_, index) => `d${index}`);
        for (const id of ids) deliveries.add(id, RECEIVER);

        const closed = deliveries.close(20);
        await end('d0');
        expect(begun).toEqual(ids.slice(0, 51));
        await closed;

        expect(begun).toEqual(ids.slice(0, 51));
        expect(signals.get('d50')!.aborted).toBe(true);
    });

    it('do not run in the async context of the event', () => {
        const storage = new AsyncLocalStorage<string>();
        const seen: unknown[] = [];
        const deliveries = new DeliveryQueue(new ManualClock(), async () => {
            seen.push(storage.getStore());
            return undefined;
        });
        deliveries.open();

        storage.run('of an Actor', () => deliveries.add('a', RECEIVER));

        expect(seen).toEqual([undefined]);
    });
});
