import { describe, expect, it } from 'vitest';
import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_REQUESTS } from '../../../src/protocol/flow-control.js';
import { RequestWindow, type HostRequest } from '../../../src/worker/channel/request-window.js';
import type { CallSegment } from '../../../src/protocol/calls.js';

function openWindow() {
    const sent: HostRequest[] = [];
    const window = new RequestWindow((question) => sent.push(question));
    const ids = (): number[] => sent.map(({ id }) => id);
    return { window, sent, ids };
}

const call = (id: number, ...step: CallSegment): HostRequest => ({
    type: 'call',
    id,
    segments: [['dataset', 'D'], step],
});
const request = (id: number, method: string, path: string): HostRequest => ({
    type: 'request',
    id,
    request: { method, url: `http://api${path}`, headers: [] },
    isForApi: true,
    isUpload: false,
});
const push = (id: number, text = '{}'): HostRequest => call(id, 'pushItems', text);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('requests in flight', () => {
    it('are limited in number, and the others follow in order as responses arrive', () => {
        const { window, ids } = openWindow();
        for (const id of upTo(1000)) window.submit(push(id));
        const first = ids().length;

        window.release(2);
        window.release(1);
        const then = ids().length;
        for (const id of upTo(1000)) window.release(id);

        expect([first, then]).toEqual([MAX_IN_FLIGHT_REQUESTS, MAX_IN_FLIGHT_REQUESTS + 2]);
        expect(ids()).toEqual(upTo(1000));
        expect(window.isEmpty).toBe(true);
    });

    it('are limited in bytes, except for a single large one', () => {
        const { window, ids } = openWindow();
        const large = 'x'.repeat(MAX_IN_FLIGHT_BYTES * 2);
        const half = Buffer.alloc(MAX_IN_FLIGHT_BYTES / 2 - 1000);
        window.submit(push(1, large));
        window.submit(call(2, 'setRecord', { key: 'a', value: half }));
        window.submit(call(3, 'setRecord', { key: 'b', value: half }));
        window.submit(call(4, 'setRecord', { key: 'c', value: half }));
        const seen = [ids()];

        window.release(1);
        seen.push(ids());
        window.release(3);
        seen.push(ids());

        expect(seen).toEqual([[1], [1, 2, 3], [1, 2, 3, 4]]);
    });

    it('are not delayed by requests that wait for other events', () => {
        const { window, ids } = openWindow();
        const waiting = [
            call(1001, 'waitForFinish'),
            call(1002, 'call', {}),
            call(1003, 'start', {}, { waitForFinish: 60 }),
            request(1004, 'GET', '/v2/actor-runs/R?waitForFinish=60'),
            request(1005, 'POST', '/v2/acts/A/run-sync?x=1'),
        ] as HostRequest[];
        for (const question of waiting) window.submit(question);

        for (const id of upTo(MAX_IN_FLIGHT_REQUESTS + 1)) window.submit(push(id));
        window.submit(call(1006, 'waitForFinish'));

        expect(ids()).toEqual([1001, 1002, 1003, 1004, 1005, ...upTo(MAX_IN_FLIGHT_REQUESTS), 1006]);
    });

    it('are sent as they were submitted, even if the caller changes them later', () => {
        const { window, sent } = openWindow();
        for (const id of upTo(MAX_IN_FLIGHT_REQUESTS)) window.submit(push(id));
        const bytes = Buffer.from('as it was');

        window.submit(call(100, 'setRecord', { key: 'k', value: bytes }));
        bytes.fill('x');
        window.release(1);

        const record = (sent.at(-1) as { segments: CallSegment[] }).segments[1]![1] as { value: Uint8Array };
        expect(Buffer.from(record.value).toString()).toBe('as it was');
    });

    it('are rejected at once if they cannot be cloned', () => {
        const { window, ids } = openWindow();
        for (const id of upTo(MAX_IN_FLIGHT_REQUESTS)) window.submit(push(id));

        expect(() => window.submit(call(100, 'pushItems', () => {}))).toThrow(/could not be cloned/);

        window.release(1);
        expect(ids()).toEqual(upTo(MAX_IN_FLIGHT_REQUESTS));
    });
});
