import { describe, expect, it } from 'vitest';
import { EngineError } from '../../src/errors/engine-error.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { WebhookService } from '../../src/webhooks/webhook-service.js';
import { waitUntil } from '../support/wait-until.js';
import type { Run } from '../../src/model/api/run.js';
import type { WebhookDispatch, WebhookFields } from '../../src/model/api/webhook.js';
import type { PlatformEvent, WebhookDocuments } from '../../src/webhooks/events.js';

const FIELDS: WebhookFields = {
    eventTypes: ['ACTOR.RUN.SUCCEEDED'],
    condition: { actorId: 'a' },
    requestUrl: 'http://127.0.0.1:1/',
};
const EVENT: PlatformEvent = {
    type: 'ACTOR.RUN.SUCCEEDED',
    data: { actorId: 'a', actorRunId: 'r' },
    resource: () => ({ id: 'r' }),
};

/** Documents in a map, whose writes can be made to fail. */
function makeDocuments() {
    const kept = new Map<string, string>();
    const state = { isBroken: false };
    const refuse = (): void => {
        if (state.isBroken) throw new EngineError('storage-failed', 'The disk is full.');
    };
    const documents: WebhookDocuments = {
        loadAll: (kind) =>
            [...kept]
                .filter(([key]) => key.startsWith(kind))
                .map(([, text]) =>
                    JSON.parse(text, (key, value) => (key.endsWith('At') && value ? new Date(value) : value)),
                ),
        save(kind, id, document) {
            refuse();
            kept.set(`${kind}/${id}`, JSON.stringify(document));
        },
        remove(kind, id) {
            refuse();
            kept.delete(`${kind}/${id}`);
        },
        corrupted: () => ({ ids: [], mayContain: () => false }),
    };
    return { documents, kept, state };
}

/** Creates webhooks with a blocked network: each attempt fails at once and is not retried. */
function makeService(given = makeDocuments()) {
    const clock = new ManualClock();
    const runs = new Map<string, Run>();
    const attempts: WebhookDispatch[] = [];
    const warnings: string[] = [];
    const service = new WebhookService({
        clock,
        documents: given.documents,
        owner: { id: 'user1' },
        network: 'block',
        sendToApi: () => Promise.reject(new Error('There is no API here.')),
        sendToHandler: () => Promise.reject(new Error('There is no handler here.')),
        resolveCondition: (condition) => condition,
        findRun: (id) => runs.get(id),
        createTestEvent: (condition) => ({ type: 'TEST', data: condition, resource: () => undefined }),
        onAttempt: (dispatch) => void attempts.push(dispatch),
        onWarning: (message) => void warnings.push(message),
    });
    return { ...given, clock, runs, service, attempts, warnings };
}

describe('the dispatches of a webhook', () => {
    it('are kept up to the latest thousand finished ones', async () => {
        const { service, attempts, kept, warnings } = makeService();
        service.open();
        const { id } = await service.create(FIELDS);
        for (let count = 0; count < 1000; count += 1) service.trigger(EVENT);
        await waitUntil('all to have failed', () => attempts.length === 1000);
        const before = service.dispatchIds(id);

        for (let count = 0; count < 5; count += 1) service.trigger(EVENT);
        await waitUntil('the others to have failed', () => attempts.length === 1005);

        expect(service.dispatchIds(id).slice(0, 995)).toEqual(before.slice(5));
        expect(service.dispatchIds(id)).toHaveLength(1000);
        expect(kept.size).toBe(1001);
        expect(service.find(id)).toMatchObject({ stats: { totalDispatches: 1005 } });
        expect(warnings).toEqual([]);
    });

    it('are discarded with a warning beyond ten thousand pending ones', async () => {
        const { service, warnings } = makeService();
        const { id } = await service.create(FIELDS);

        for (let count = 0; count < 10_002; count += 1) service.trigger(EVENT);

        expect(service.dispatchIds(id)).toHaveLength(10_000);
        expect(warnings).toHaveLength(2);
        expect(warnings[0]).toContain(id);
    });

    it('fail if the URL in the document is invalid', async () => {
        const { service, attempts, documents, kept } = makeService();
        const { id } = await service.create(FIELDS);
        service.trigger(EVENT);
        for (const [key, text] of kept) kept.set(key, text.replaceAll(FIELDS.requestUrl!, 'no URL'));

        const second = makeService({ documents, kept, state: { isBroken: false } });
        second.service.open();
        await waitUntil('it to have failed', () => second.attempts.length === 1);

        expect(second.attempts[0]).toMatchObject({ status: 'FAILED', webhookId: id });
        expect(second.attempts[0]!.calls[0]!.errorMessage).toContain('`no URL` is not a valid URL');
        expect(attempts).toEqual([]);
    });

    it('do not contain the run after they have finished', async () => {
        const { service, attempts, kept } = makeService();
        await service.create(FIELDS);
        service.trigger(EVENT);
        const text = () => [...kept].find(([key]) => key.startsWith('dispatches'))![1];
        expect(text()).toContain('"resource"');

        service.open();
        await waitUntil('it to have failed', () => attempts.length === 1);

        expect(text()).not.toContain('"resource"');
    });

    it('are delivered also if they cannot be saved', async () => {
        const { service, attempts, warnings, state } = makeService();
        service.open();
        await service.create(FIELDS);
        state.isBroken = true;

        service.trigger(EVENT);
        await waitUntil('the attempt', () => attempts.length === 1);

        expect(warnings.join()).toMatch(/could not be written to disk/);
    });

    it('are removed if the process died while it removed their webhook', async () => {
        const given = makeDocuments();
        const first = makeService(given);
        const { id } = await first.service.create(FIELDS);
        first.service.trigger(EVENT);
        given.kept.delete(`webhooks/${id}`);

        const { service } = makeService(given);
        service.open();

        expect(service.dispatchIds()).toEqual([]);
        expect(given.kept.size).toBe(0);
    });
});

describe('a webhook', () => {
    it('does not exist if it cannot be saved', async () => {
        const { service, state } = makeService();
        state.isBroken = true;

        await expect(service.create(FIELDS)).rejects.toMatchObject({ code: 'storage-failed' });

        expect(service.ids()).toEqual([]);
    });

    it('is created once by concurrent calls with the same key', async () => {
        const { service } = makeService();
        const fields = { ...FIELDS, payloadTemplate: '{"a":{{userId}}}', idempotencyKey: 'key' };

        const [one, other] = await Promise.all([service.create(fields), service.create(fields)]);

        expect(one.id).toBe(other.id);
    });

    it('can be created with a key again after the first was removed', async () => {
        const { service } = makeService();
        const one = await service.create({ ...FIELDS, idempotencyKey: 'key' });
        service.remove(one.id);

        expect((await service.create({ ...FIELDS, idempotencyKey: 'key' })).id).not.toBe(one.id);
    });

    it('gets defaults for null, and keeps required fields', async () => {
        const { service } = makeService();
        const made = await service.create({
            ...FIELDS,
            payloadTemplate: '{}',
            headersTemplate: '{}',
            description: 'text',
            doNotRetry: true,
        });
        const nulls = { payloadTemplate: null, headersTemplate: '', description: null, doNotRetry: null };

        const changed = await service.update(made.id, {
            ...nulls,
            eventTypes: null,
            condition: null,
            requestUrl: null,
        });

        expect(changed).toMatchObject({ ...FIELDS, doNotRetry: false });
        expect(changed.payloadTemplate).toContain('{{resource}}');
        expect([changed.headersTemplate, changed.description]).toEqual([undefined, undefined]);
    });

    it('accepts two concurrent changes', async () => {
        const { service } = makeService();
        const { id } = await service.create(FIELDS);

        const headersTemplate = '{"a":"b"}';
        await Promise.all([
            service.update(id, { payloadTemplate: '{"a":{{userId}}}', description: 'one' }),
            service.update(id, { headersTemplate }),
        ]);

        expect(service.find(id)).toMatchObject({ description: 'one', headersTemplate });
    });

    it('is not changed after it was deleted', async () => {
        const { service } = makeService();
        const { id } = await service.create(FIELDS);

        const change = service.update(id, { payloadTemplate: '{"a":{{userId}}}' });
        service.remove(id);

        await expect(change).rejects.toMatchObject({ code: 'record-not-found' });
        expect(service.ids()).toEqual([]);
    });

    it('is unchanged if a change is rejected', async () => {
        const { service } = makeService();
        const made = await service.create(FIELDS);

        await expect(service.update(made.id, { doNotRetry: true, requestUrl: 'nowhere' })).rejects.toThrow(
            'requestUrl',
        );

        expect(service.find(made.id)).toEqual(made);
    });

    it('is returned as a copy', async () => {
        const { service } = makeService();
        const made = await service.create(FIELDS);
        Object.assign(made.condition, { actorId: 'other' });
        made.eventTypes.length = 0;

        expect(service.find(made.id)).toMatchObject(FIELDS);
    });

    it('of a deleted run is removed when the directory is opened', async () => {
        const given = makeDocuments();
        const first = makeService(given);
        const give = await first.service.parseAdHoc('webhooks', [FIELDS]);
        give({ id: 'r' } as Run);
        expect(first.service.ids()).toHaveLength(1);

        const { service } = makeService(given);
        service.open();

        expect(service.ids()).toEqual([]);
    });
});
