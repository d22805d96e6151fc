import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../support/journal.js';
import { MemoryJournal } from '../../../src/storage/memory-journal.js';
import { checkRequest } from '../../../src/storage/request-check.js';
import { readLines } from '../../../src/storage/request-journal.js';
import { RequestQueueState } from '../../../src/storage/request-queue-state.js';

function makeState(): { state: RequestQueueState; journal: MemoryJournal } {
    const journal = new MemoryJournal();
    return { state: new RequestQueueState(journal), journal };
}

describe('the journal of a request queue', () => {
    it('has a line for each change, with the request as it is', async () => {
        const { state, journal } = makeState();
        const request = checkRequest('request', { url: 'a' });

        state.add(request, true);
        state.lock(state.find(request.id)!, 'client', 1000, true);
        state.unlockEnded(1000);
        state.update({ ...request, isHandled: true }, false, undefined);
        state.remove(state.find(request.id)!);

        const lines = await entriesOf(journal);
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
    ])('does not take %j for a line', (line) => {
        expect([...readLines({ bytes: Buffer.from(`${line}\n`), position: 0 })]).toEqual([undefined]);
    });

    it('is read as it was written, and as it was before requests had numbers', () => {
        const text = '{"id":"a","list":[{"ž":"]"},5]}';
        const lines = [`["a",7,${text},12]`, `["a",null,${text}]`, '["a",-3]', '["a"]'];
        const bytes = Buffer.from(`${lines.join('\n')}\n`);

        const read = [...readLines({ bytes, position: 1000 })];

        expect(read).toMatchObject([
            { id: 'a', place: 7, ordinal: 12 },
            { id: 'a', place: null, ordinal: undefined },
            { id: 'a', place: -3 },
            { id: 'a' },
        ]);
        for (const { position, length } of read.flatMap((line) => line?.text ?? [])) {
            expect(bytes.toString('utf8', position - 1000, position - 1000 + length)).toBe(text);
        }
    });

    it('that cannot be written leaves the queue as it was', () => {
        let isFull = false;
        const journal = new MemoryJournal();
        const state = new RequestQueueState({
            append(entries) {
                if (isFull) throw new Error('The disk is full.');
                return journal.append(entries);
            },
            texts: (places) => journal.texts(places),
        });
        const [a, b] = [checkRequest('a', { url: 'a' }), checkRequest('b', { url: 'b' })];
        state.add(a, false);
        state.lock(state.find(a.id)!, 'client', 1000, false);
        isFull = true;

        expect(() => state.add(b, false)).toThrow('full');
        expect(() => state.update({ ...a, isHandled: true }, false, 'client')).toThrow('full');
        expect(() => state.unlockEnded(1000)).toThrow('full');
        expect(() => state.remove(state.find(a.id)!)).toThrow('full');

        isFull = false;
        expect([state.size, state.handledCount, state.lockedCount]).toEqual([1, 0, 1]);
        state.unlockEnded(1000);
        expect(state.head(10).map(({ id }) => id)).toEqual([a.id]);
    });
});

describe('locks of a request queue', () => {
    it('end in the order of their times, however they were made and ended', () => {
        const { state } = makeState();
        const times = [50, 10, 40, 20, 30, 60, 15, 45];
        for (const time of times) {
            const request = checkRequest('request', { url: `u${time}` });
            state.add(request, false);
            state.lock(state.find(request.id)!, 'client', time, false);
        }
        const entryOf = (time: number) => state.find(checkRequest('request', { url: `u${time}` }).id)!;
        state.remove(entryOf(10));
        state.unlock(entryOf(40), true);
        state.lock(entryOf(20), 'client', 55, false);

        state.unlockEnded(59);

        const urls = state.textsOf(state.head(10)).map((text) => (JSON.parse(text) as { url: string }).url);
        expect(urls).toEqual(['u40', 'u15', 'u30', 'u45', 'u50', 'u20']);
        expect(state.lockedCount).toBe(1);
    });
});
