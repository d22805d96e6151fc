import { describe, expect, it } from 'vitest';
import { handleTrustedRequest } from '../../src/api/api.js';
import { recordingClient } from './recording-client.js';
import type { Client } from '../../src/model/client/client.js';

async function post(client: Client, path: string, init: RequestInit = {}) {
    const request = new Request(`http://engine.invalid/v2${path}`, { method: 'POST', ...init });
    const response = await handleTrustedRequest(request, client);
    return { status: response.status, body: (await response.json()) as unknown };
}

describe('the verbs of a run', () => {
    it('metamorph it with an input', async () => {
        const { client, calls } = recordingClient({ id: 'run1' });

        const answer = await post(client, '/actor-runs/run1/metamorph?targetActorId=me~other&build=beta', {
            body: '{"a":1}',
            headers: { 'content-type': 'application/json' },
        });

        const options = { build: 'beta', contentType: 'application/json' };
        expect(answer).toEqual({ status: 200, body: { data: { id: 'run1' } } });
        expect(calls).toEqual([['run', ['run1'], 'metamorph', ['me~other', Buffer.from('{"a":1}'), options]]]);
    });

    it('metamorph it without an input', async () => {
        const { client, calls } = recordingClient();

        await post(client, '/actor-runs/run1/metamorph?targetActorId=other', {
            headers: { 'content-type': 'application/json' },
        });

        expect(calls).toEqual([
            ['run', ['run1'], 'metamorph', ['other', undefined, { build: undefined, contentType: undefined }]],
        ]);
    });

    it('reject a metamorph without a target', async () => {
        const { client, calls } = recordingClient();

        const answer = await post(client, '/actor-runs/run1/metamorph');

        expect(answer).toMatchObject({ status: 400, body: { error: { message: /targetActorId/ } } });
        expect(calls).toEqual([]);
    });

    it('reboot it', async () => {
        const { client, calls } = recordingClient();

        expect((await post(client, '/actor-runs/run1/reboot')).status).toBe(200);

        expect(calls).toEqual([['run', ['run1'], 'reboot', []]]);
    });

    it('resurrect it with options', async () => {
        const { client, calls } = recordingClient();

        await post(
            client,
            '/actor-runs/run1/resurrect?build=1.0.1&memory=512&timeout=10.5&maxItems=5&maxTotalChargeUsd=0.5&restartOnError=1',
        );

        const options = {
            build: '1.0.1',
            memory: 512,
            timeout: 11,
            maxItems: 5,
            maxTotalChargeUsd: 0.5,
            restartOnError: true,
        };
        expect(calls).toEqual([['run', ['run1'], 'resurrect', [options]]]);
    });

    it('abort it gracefully if requested', async () => {
        const { client, calls } = recordingClient();

        await post(client, '/actor-runs/run1/abort?gracefully=true');
        await post(client, '/actor-runs/run1/abort');

        expect(calls.map((call) => call[3])).toEqual([[{ gracefully: true }], [{ gracefully: undefined }]]);
    });
});

describe('The call of the client', () => {
    it.each([
        ['999999', 60],
        ['60', 60],
        ['1.5', 1.5],
    ])('is a wait of %s s as %s s', async (asked, waitSecs) => {
        const { client, calls } = recordingClient();

        const url = `http://engine.invalid/v2/actor-runs/run1?waitForFinish=${asked}`;
        await handleTrustedRequest(new Request(url), client);

        expect(calls).toEqual([
            ['run', ['run1'], 'get', []],
            ['run', ['run1'], 'waitForFinish', [{ waitSecs, signal: expect.any(AbortSignal) }]],
        ]);
    });

    it('is a start with all options of a request', async () => {
        const { client, calls } = recordingClient({ id: 'run1' });
        const webhooks = [{ eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: 'http://example.com' }];
        const query = new URLSearchParams({
            build: 'beta',
            memory: '256',
            timeout: '299999.5',
            maxItems: '3',
            maxTotalChargeUsd: '1.5',
            restartOnError: '0',
            waitForFinish: '1000',
            webhooks: Buffer.from(JSON.stringify(webhooks)).toString('base64'),
            forcePermissionLevel: 'LIMITED_PERMISSIONS',
        });

        await post(client, `/acts/me~scraper/runs?${query}`, {
            body: 'text',
            headers: { 'content-type': 'text/plain' },
        });

        const options = {
            build: 'beta',
            memory: 256,
            timeout: 300_000,
            maxItems: 3,
            maxTotalChargeUsd: 1.5,
            restartOnError: false,
            webhooks,
            forcePermissionLevel: 'LIMITED_PERMISSIONS',
            contentType: 'text/plain',
        };
        const wait = { waitSecs: 60, signal: expect.any(AbortSignal) as AbortSignal };
        expect(calls).toEqual([
            ['actor', ['me~scraper'], 'start', [Buffer.from('text'), options]],
            ['run', ['run1'], 'waitForFinish', [wait]],
        ]);
    });

    it('is a queue with the client key of the request', async () => {
        const { client, calls } = recordingClient({ defaultRequestQueueId: 'queue1' });

        const url = 'http://engine.invalid/v2/actor-runs/run1/request-queue/head?clientKey=me&limit=5';
        await handleTrustedRequest(new Request(url), client);

        expect(calls).toEqual([
            ['run', ['run1'], 'get', []],
            ['requestQueue', ['queue1', { clientKey: 'me' }], 'listHead', [{ limit: 5 }]],
        ]);
    });
});
