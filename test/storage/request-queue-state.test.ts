import { describe, expect, it } from 'vitest';
import { validateRequest } from '../../src/storage/request-queue/validate-request.js';
import { RequestQueueState } from '../../src/storage/request-queue/request-queue-state.js';

function createState(): { state: RequestQueueState; lines: string[] } {
    const lines: string[] = [];
    return { state: new RequestQueueState((more) => void lines.push(...more)), lines };
}

describe('the journal of a request queue', () => {
    it('has a line for each change, with the request unchanged', () => {
        const { state, lines } = createState();
        const request = validateRequest('request', { url: 'a' });

        state.add(request, true);
        state.lock(state.find(request.id)!, 'client', 1000, true);
        state.unlockExpired(1000);
        state.update({ ...request, isHandled: true }, false, undefined);
        state.remove(state.find(request.id)!);

        expect(lines).toEqual([
            `["${request.id}",-1,{"url":"a","id":"${request.id}","uniqueKey":"a"},1]`,
            `["${request.id}",-2]`,
            `["${request.id}",null,{"url":"a","id":"${request.id}","uniqueKey":"a"},1]`,
            `["${request.id}"]`,
        ]);
        for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    });

    it.each([
        '',
        '[]',
        '["a"',
        '["a",1,2]',
        '["a",x]',
        '{"a":1}',
        '["a/b",1]',
        '["a",1,{}',
        '["a",1,{},x]',
        '["a",1,{},]',
    ])('does not accept %j as a line', (line) => {
        expect(createState().state.restore(Buffer.from(`["a"]\n${line}\n`))).toBe(2);
    });

    it('restores the state it was written from', () => {
        const text = '{"id":"a","list":[{"ž":"]"},5]}';
        const lines = [
            '["b",9,{"id":"b"},3]',
            `["a",7,${text},12]`,
            '["b",-3]',
            '["c",1,{"id":"c"},1]',
            '["c"]',
            '["d",5]',
        ];
        const { state } = createState();

        expect(state.restore(Buffer.from(`${lines.join('\n')}\n`))).toBeUndefined();
        for (const _ of state.finishRestore());

        expect(state.head(10).map((entry) => [entry.id, entry.position, entry.text])).toEqual([
            ['b', -3, '{"id":"b"}'],
            ['a', 7, text],
        ]);
        expect(Array.from(state.all(), ({ id }) => id)).toEqual(['b', 'a']);
        expect(state.bytes).toBe(Buffer.byteLength(`{"id":"b"}${text}`));
        expect([...state.lines()].toSorted()).toEqual([`["a",7,${text},12]`, '["b",-3,{"id":"b"},3]']);
    });

    it('leaves the queue unchanged if it cannot be written', () => {
        let isFull = false;
        const state = new RequestQueueState(() => {
            if (isFull) throw new Error('The disk is full.');
        });
        const [a, b] = [validateRequest('a', { url: 'a' }), validateRequest('b', { url: 'b' })];
        state.add(a, false);
        state.lock(state.find(a.id)!, 'client', 1000, false);
        isFull = true;

        expect(() => state.add(b, false)).toThrow('full');
        expect(() => state.update({ ...a, isHandled: true }, false, 'client')).toThrow('full');
        expect(() => state.unlockExpired(1000)).toThrow('full');
        expect(() => state.remove(state.find(a.id)!)).toThrow('full');

        isFull = false;
        expect([state.size, state.handledCount, state.lockedCount]).toEqual([1, 0, 1]);
        state.unlockExpired(1000);
        expect(state.head(10).map(({ id }) => id)).toEqual([a.id]);
    });
});

describe('the locks of a request queue', () => {
    it('expire in the order of their times, after random changes', () => {
        const { state } = createState();
        const times = [50, 10, 40, 20, 30, 60, 15, 45];
        for (const time of times) {
            const request = validateRequest('request', { url: `u${time}` });
            state.add(request, false);
            state.lock(state.find(request.id)!, 'client', time, false);
        }
        const entryOf = (time: number) => state.find(validateRequest('request', { url: `u${time}` }).id)!;
        state.remove(entryOf(10));
        state.unlock(entryOf(40), true);
        state.lock(entryOf(20), 'client', 55, false);

        state.unlockExpired(59);

        const urls = state.head(10).map(({ text }) => (JSON.parse(text) as { url: string }).url);
        expect(urls).toEqual(['u40', 'u15', 'u30', 'u45', 'u50', 'u20']);
        expect(state.lockedCount).toBe(1);
    });
});
