import { expect, it } from 'vitest';
import { requestId } from '../../../src/storage/request-queue/validate-request.js';
import type { RequestQueue } from '../../../src/storage/request-queue/request-queue.js';
import { seededRandom, createSeeds } from '../../support/arbitraries/random.js';
import { catchError, createStorages, type StorageSetup } from '../../support/storages.js';

const STEPS = 600;
const URLS = Array.from({ length: 30 }, (_, n) => `https://example.com/${n}`);
const CLIENTS = ['one', 'two'];
const HANDLED_AT = '2030-01-01T00:00:00.000Z';

/** Compares queues with a minimal model through many random operations. */
export function describeQueueModel(setup: StorageSetup): void {
    it.each(createSeeds(6))('matches a reference model through random operations (seed %i)', async (seed) => {
        const storages = await createStorages(setup);
        const { id } = storages.requestQueues.create();
        const random = seededRandom(seed);
        const model = new QueueModel();
        for (let step = 0; step < STEPS; step++) {
            if (random() < 0.1) {
                await storages.clock.advance(Math.floor(random() * 20_000));
                model.unlockEnded(storages.clock.now());
                // Not both, since a queue releases an expired lock in its next operation, and forgets the lock when it is reopened.
            } else if (setup.isPersistent && random() < 0.01) {
                await (random() < 0.5 ? storages.reopen() : storages.reopenAfterCrash());
                model.unlockWithoutMoving();
            }
            const queue = storages.requestQueues.find(id)!;
            const what = await randomStep(queue, model, random, storages.clock.now());
            expect(await observe(queue), `after step ${step}, ${what}`).toEqual(model.observe());
        }
    });
}

async function observe(queue: RequestQueue): Promise<object> {
    const { totalRequestCount, handledRequestCount, pendingRequestCount } = queue.info();
    return {
        counts: [totalRequestCount, handledRequestCount, pendingRequestCount],
        head: (await queue.head(1000)).items.map(({ url, retryCount }) => [url, retryCount]),
        locked: (await queue.list({ filter: ['locked'] })).items.map(({ url }) => url).toSorted(),
    };
}

async function randomStep(queue: RequestQueue, model: QueueModel, random: () => number, now: number): Promise<string> {
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
    const url = pick(URLS);
    const client = pick(CLIENTS);
    const forefront = random() < 0.3;
    const limit = 1 + Math.floor(random() * 4);
    const lockSecs = 1 + Math.floor(random() * 3) * 10;
    const retryCount = Math.floor(random() * 100);
    const what = pick([
        'add',
        'add',
        'batch',
        'handle',
        'handle',
        'reclaim',
        'delete',
        'lock',
        'prolong',
        'unlock',
        'all',
    ]);
    const request = { id: requestId(url), url, uniqueKey: url, retryCount };
    switch (what) {
        case 'add':
            expect(await queue.add({ url }, { forefront }, client)).toMatchObject(model.add(url, forefront));
            break;
        case 'batch': {
            const urls = [url, pick(URLS), pick(URLS)];
            await queue.addBatch(
                urls.map((one) => ({ url: one })),
                { forefront },
                client,
            );
            for (const one of urls) model.add(one, forefront);
            break;
        }
        case 'handle':
            await queue.updateRequest({ ...request, handledAt: HANDLED_AT }, { forefront }, client);
            model.update(url, retryCount, true, forefront, client);
            break;
        case 'reclaim':
            await queue.updateRequest(request, { forefront }, client);
            model.update(url, retryCount, false, forefront, client);
            break;
        case 'delete':
            await queue.delete(request.id, client);
            model.requests.delete(url);
            break;
        case 'lock': {
            const { items } = await queue.lockHead({ lockSecs, limit }, client);
            expect(items.map((item) => item.url)).toEqual(model.lock(limit, client, now + lockSecs * 1000));
            break;
        }
        case 'prolong': {
            const isAllowed = model.prolong(url, client, now + lockSecs * 1000, forefront);
            const prolong = () => queue.prolongLock(request.id, { lockSecs, forefront }, client);
            if (isAllowed) await prolong();
            else await catchError(prolong);
            break;
        }
        case 'unlock': {
            const unlock = () => queue.unlock(request.id, { forefront }, client);
            if (model.unlock(url, client, forefront)) await unlock();
            else await catchError(unlock);
            break;
        }
        case 'all':
            expect(await queue.unlockAll(client)).toEqual({ unlockedCount: model.unlockAll(client) });
            break;
    }
    return `${what} of ${url}`;
}

interface NaiveRequest {
    url: string;
    retryCount: number;
    isHandled: boolean;
    order: number;
    lock?: { client: string; endsAt: number; forefront?: boolean };
}

/** A model that sorts all requests in each operation. */
class QueueModel {
    readonly requests = new Map<string, NaiveRequest>();
    #lowest = 0;
    #highest = 0;

    add(url: string, forefront: boolean): object {
        const present = this.requests.get(url);
        if (present) return { wasAlreadyPresent: true, wasAlreadyHandled: present.isHandled };
        this.requests.set(url, { url, retryCount: 0, isHandled: false, order: this.#next(forefront) });
        return { wasAlreadyPresent: false, wasAlreadyHandled: false };
    }

    update(url: string, retryCount: number, isHandled: boolean, forefront: boolean, client: string): void {
        this.add(url, forefront);
        const request = this.requests.get(url)!;
        Object.assign(request, { retryCount, isHandled });
        if (!isHandled && request.lock && request.lock.client !== client) {
            request.lock.forefront = forefront;
            return;
        }
        delete request.lock;
        if (!isHandled) request.order = this.#next(forefront);
    }

    lock(limit: number, client: string, endsAt: number): string[] {
        const locked = this.#waiting().slice(0, limit);
        for (const request of locked) request.lock = { client, endsAt };
        return locked.map(({ url }) => url);
    }

    prolong(url: string, client: string, endsAt: number, forefront: boolean): boolean {
        const request = this.requests.get(url);
        if (request?.lock?.client !== client) return false;
        request.lock = { client, endsAt, forefront };
        return true;
    }

    unlock(url: string, client: string, forefront: boolean): boolean {
        const request = this.requests.get(url);
        if (!request || (request.lock && request.lock.client !== client)) return false;
        if (request.lock) this.#release(request, forefront);
        return true;
    }

    unlockAll(client: string): number {
        const held = this.#locked().filter(({ lock }) => lock!.client === client);
        for (const request of held) this.#release(request, request.lock!.forefront);
        return held.length;
    }

    unlockEnded(now: number): void {
        const ended = this.#locked().filter(({ lock }) => lock!.endsAt <= now);
        for (const request of ended) this.#release(request, request.lock!.forefront);
    }

    unlockWithoutMoving(): void {
        for (const request of this.requests.values()) delete request.lock;
    }

    observe(): object {
        const all = [...this.requests.values()];
        const handled = all.filter(({ isHandled }) => isHandled).length;
        return {
            counts: [all.length, handled, all.length - handled],
            head: this.#waiting().map(({ url, retryCount }) => [url, retryCount]),
            locked: this.#locked()
                .map(({ url }) => url)
                .toSorted(),
        };
    }

    #waiting(): NaiveRequest[] {
        const waiting = [...this.requests.values()].filter(({ isHandled, lock }) => !isHandled && !lock);
        return waiting.toSorted((a, b) => a.order - b.order);
    }

    /** Returns requests in the order in which they are unlocked. The front gets the last ones first, so that they keep their order. */
    #locked(): NaiveRequest[] {
        const locked = [...this.requests.values()].filter(({ lock }) => lock);
        const toFront = locked.filter(({ lock }) => lock!.forefront).toSorted((a, b) => b.order - a.order);
        const toBack = locked.filter(({ lock }) => !lock!.forefront).toSorted((a, b) => a.order - b.order);
        return [...toFront, ...toBack].toSorted((a, b) => a.lock!.endsAt - b.lock!.endsAt);
    }

    #release(request: NaiveRequest, forefront: boolean | undefined): void {
        delete request.lock;
        if (forefront !== undefined) request.order = this.#next(forefront);
    }

    #next(forefront: boolean): number {
        return forefront ? --this.#lowest : ++this.#highest;
    }
}
