import { describe, expect, it } from 'vitest';
import { ConsoleSession, type ConsoleConnection } from '../../src/server/console-session.js';
import type { ConsoleSource } from '../../src/engine/external/console-feed.js';
import { waitUntil } from '../support/wait-until.js';
import type { Run } from '../../src/model/api/run.js';
import type { ConsoleEvent, ConsoleMessage, LogBatch } from '../../src/protocol/console.js';

function runEvent(id: string, status = 'RUNNING'): ConsoleEvent {
    return { name: 'run', run: { id, status } as unknown as Run };
}

/** A session with what it has sent, and what makes things happen in it. */
function openSession(log: (from: number, signal: AbortSignal) => AsyncIterable<LogBatch> = async function* () {}) {
    const sent: ConsoleMessage[] = [];
    const line = { isFull: false, gates: [] as (() => void)[], isSlow: false };
    let tell: (event: ConsoleEvent) => void = () => {};
    const source: ConsoleSource = {
        user: { id: 'u', username: 'me' },
        listen(listener) {
            tell = listener;
            return () => (tell = () => {});
        },
        followLog: (_id, from, signal) => log(from, signal),
        request: (question, id) =>
            question === 'migrate' ? Promise.reject(new Error('It has ended.')) : Promise.resolve([{ id } as Run]),
        followUsage(_id, listener) {
            listener([[1, 2, 3]]);
            listener([[2, 3, 4]]);
            return () => {};
        },
    };
    const session = new ConsoleSession(source, {
        get isFull() {
            return line.isFull;
        },
        send(message) {
            sent.push(message);
            return line.isSlow ? new Promise((resolve) => line.gates.push(resolve)) : Promise.resolve();
        },
    } satisfies ConsoleConnection);
    const sentOf = (type: ConsoleMessage['type']) => sent.filter((message) => message.type === type);
    return { session, sent, sentOf, line, tell: (event: ConsoleEvent) => tell(event) };
}

describe('a session of a console', () => {
    it('begins with the user', () => {
        expect(openSession().sent).toEqual([{ type: 'opened', userId: 'u', username: 'me' }]);
    });

    it('responds to each request by its number, or with an error', async () => {
        const { session, sentOf } = openSession();

        session.handle({ type: 'ask', number: 7, question: 'started-runs', id: 'r' });
        session.handle({ type: 'ask', number: 8, question: 'migrate', id: 'r' });

        await waitUntil('both answers', () => sentOf('answer-refused').length > 0);
        expect(sentOf('answer')).toEqual([{ type: 'answer', number: 7, runs: [{ id: 'r' }] }]);
        expect(sentOf('answer-refused')).toEqual([{ type: 'answer-refused', number: 8, message: 'It has ended.' }]);
    });

    it('sends the last of several changes of a record', async () => {
        const { tell, sentOf } = openSession();

        for (const status of ['READY', 'RUNNING', 'SUCCEEDED']) tell(runEvent('one', status));
        tell(runEvent('two'));

        await waitUntil('the events', () => sentOf('events').length > 0);
        expect(sentOf('events')).toEqual([{ type: 'events', events: [runEvent('one', 'SUCCEEDED'), runEvent('two')] }]);
    });

    it('buffers events for a slow reader, and reports missed events beyond the limit', async () => {
        const { tell, sentOf, line } = openSession();
        line.isFull = true;

        for (let number = 0; number < 5_000; number += 1) tell(runEvent(`run ${number}`));
        expect(sentOf('events')).toEqual([]);
        line.isFull = false;

        await waitUntil('the message', () => sentOf('missed').length > 0);
        tell(runEvent('later'));
        await waitUntil('the events', () => sentOf('events').length > 0);
        expect(sentOf('events')).toEqual([{ type: 'events', events: [runEvent('later')] }]);
    });

    it('sends a log at the speed of its reader, from the requested line', async () => {
        let made = 0;
        const { session, sentOf, line } = openSession(async function* (from) {
            for (; made < 3; made += 1) yield { from: from + made, lines: [`line ${from + made}`] };
        });
        line.isSlow = true;

        session.handle({ type: 'follow-log', id: 'r', from: 10 });
        await waitUntil('the first batch', () => sentOf('log').length > 0);
        expect(made).toBe(0);
        line.isSlow = false;
        line.gates.at(-1)!();

        await waitUntil('the end', () => sentOf('log-ended').length > 0);
        expect(sentOf('log').map((message) => (message as { from: number }).from)).toEqual([10, 11, 12]);
        expect(sentOf('log-ended')).toEqual([{ type: 'log-ended', id: 'r', lineCount: 13 }]);
    });

    it('stops an unfollowed log, and all when it ends', async () => {
        const signals: AbortSignal[] = [];
        const { session } = openSession(async function* (from, signal) {
            signals.push(signal);
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            yield { from, lines: [] };
        });
        session.handle({ type: 'follow-log', id: 'one', from: 0 });
        session.handle({ type: 'follow-log', id: 'two', from: 0 });
        await waitUntil('both to be followed', () => signals.length === 2);

        session.handle({ type: 'unfollow-log', id: 'one' });
        expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
        session.close();

        expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    });

    it('reports why a log is unavailable', async () => {
        const { session, sentOf } = openSession(async function* (from) {
            if (from === 0) throw new Error('There is no run `r`.');
            yield { from, lines: [] };
        });

        session.handle({ type: 'follow-log', id: 'r', from: 0 });

        await waitUntil('the refusal', () => sentOf('log-refused').length > 0);
        expect(sentOf('log-refused')).toEqual([{ type: 'log-refused', id: 'r', message: 'There is no run `r`.' }]);
    });

    it('sends the past usage first, then updates', () => {
        const { session, sentOf } = openSession();

        session.handle({ type: 'follow-usage', id: 'r' });

        expect(sentOf('usage')).toEqual([
            { type: 'usage', id: 'r', samples: [[1, 2, 3]], isWhole: true },
            { type: 'usage', id: 'r', samples: [[2, 3, 4]], isWhole: false },
        ]);
    });
});
