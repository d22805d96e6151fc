import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, Listener } from 'greenroom';

interface Message {
    type: string;
    [field: string]: unknown;
}

const USERS = [
    { username: 'first', token: 'token-of-the-first' },
    { username: 'other', token: 'token-of-the-other' },
];
const FOREVER = `export default async ({ log, signal }) => {
    log.info('one');
    log.info('two');
    const timer = setInterval(() => {}, 1000);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    clearInterval(timer);
};`;

async function listening(): Promise<{ engine: Engine; listener: Listener }> {
    const engine = await makeEngine({ users: USERS });
    return { engine, listener: await engine.listen() };
}

/** A console's end of its websocket. */
async function connect({ url }: Listener, headers: Record<string, string> = {}) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/console/live`, { headers });
    onTestFinished(() => socket.terminate());
    const messages: Message[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    // Rejects if it cannot be opened.
    await once(socket, 'open');
    const send = (message: object): void => socket.send(JSON.stringify(message));
    const next = (type: string, isIt: (message: Message) => boolean = () => true): Promise<Message> =>
        waitUntil(`a message ${type}`, () => messages.find((message) => message.type === type && isIt(message)), {
            timeoutMillis: 10_000,
        }) as Promise<Message>;
    return { socket, messages, closed, send, next };
}

async function opened(listener: Listener, token = 'token-of-the-first') {
    const client = await connect(listener);
    client.send({ type: 'open', token });
    await client.next('opened');
    return client;
}

describe('the websocket of a console', () => {
    it('tells nothing before it has been given a token, and closes for a wrong one', async () => {
        const { engine, listener } = await listening();
        const silent = await connect(listener);
        const wrong = await connect(listener);

        await engine.call(await addSource(engine, 'export default () => 1;'));
        wrong.send({ type: 'open', token: 'token-of-nobody' });

        expect(await wrong.closed).toBe(4401);
        expect(wrong.messages.map(({ type }) => type)).toEqual(['refused']);
        expect(silent.messages).toEqual([]);
    });

    it.each([
        ['no JSON', 'open'],
        ['a request before it is open', '{"type":"follow-log","id":"x","from":0}'],
        ['a token that is none', '{"type":"open","token":1}'],
        ['something unknown', '{"type":"shut-down"}'],
    ])('closes for %s', async (_, text) => {
        const { listener } = await listening();
        const { socket, closed } = await connect(listener);

        socket.send(text);

        expect(await closed).toBe(1008);
    });

    it('is not opened for pages of other origins', async () => {
        const { listener } = await listening();

        await expect(connect(listener, { origin: 'https://evil.example' })).rejects.toThrow('403');
    });

    it('tells each user what happens to what is theirs only', async () => {
        const { engine, listener } = await listening();
        const [first, other] = [await opened(listener), await opened(listener, 'token-of-the-other')];

        const run = await engine.call(await addSource(engine, 'export default () => 1;'));
        const isEnd = ({ events }: Message): boolean => JSON.stringify(events).includes('"SUCCEEDED"');
        const { events } = await first.next('events', isEnd);

        expect(JSON.stringify(events)).toContain(run.id);
        expect(other.messages.map(({ type }) => type)).toEqual(['opened']);
    });

    it('sends a log from the line on that is asked for, then each new one, to its end', async () => {
        const { engine, listener } = await listening();
        const run = await engine.start(await addSource(engine, FOREVER));
        await waitUntil('both lines', async () => (await run.log.text()).includes('two'));
        const { send, next, messages } = await opened(listener);

        send({ type: 'follow-log', id: run.id, from: 1 });
        await next('log');
        await run.abort();
        const { lineCount } = await next('log-ended');

        const batches = messages.filter(({ type }) => type === 'log') as unknown as { from: number; lines: string[] }[];
        expect(batches[0]!.from).toBe(1);
        expect(batches[0]!.lines[0]).toContain('two');
        expect(lineCount).toBe((await run.log.text()).trimEnd().split('\n').length);
    });

    it('tells what a run uses, also once more when it has ended', async () => {
        const { engine, listener } = await listening();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));
        const { send, next } = await opened(listener);

        send({ type: 'follow-usage', id: run.id });
        const { samples, isWhole } = await next('usage');

        expect(isWhole).toBe(true);
        expect(samples).toEqual([[expect.any(Number), expect.any(Number), expect.any(Number)]]);
    });

    it('answers which runs a run has started, and migrates one', async () => {
        const { engine, listener } = await listening();
        await addSource(engine, 'export default () => 1;', 'child');
        const parent = await engine.call(
            await addSource(engine, `export default async ({ Actor }) => { await Actor.call('child'); };`, 'parent'),
        );
        const live = await engine.start(await addSource(engine, FOREVER, 'forever'));
        await waitUntil('it to run', async () => (await live.log.text()).includes('two'));
        const { send, next } = await opened(listener);

        send({ type: 'ask', number: 1, question: 'started-runs', id: parent.id });
        send({ type: 'ask', number: 2, question: 'migrate', id: live.id });
        send({ type: 'ask', number: 3, question: 'migrate', id: parent.id });

        const { runs } = await next('answer', ({ number }) => number === 1);
        expect((runs as { id: string }[]).map(({ id }) => id)).toEqual([(await parent.startedRuns())[0]!.id]);
        await next('answer', ({ number }) => number === 2);
        expect(await live.log.text()).toContain('The run is being migrated');
        expect((await next('answer-refused')).message).toContain('SUCCEEDED');
    });

    it('says no more of the runs of another user than that there is none', async () => {
        const { engine, listener } = await listening();
        const run = await engine.start(await addSource(engine, FOREVER));
        const { send, next, messages } = await opened(listener, 'token-of-the-other');

        send({ type: 'follow-log', id: run.id, from: 0 });
        send({ type: 'follow-usage', id: run.id });
        send({ type: 'ask', number: 1, question: 'started-runs', id: run.id });
        send({ type: 'ask', number: 2, question: 'migrate', id: run.id });
        await next('log-refused');
        await next('answer-refused', ({ number }) => number === 1);
        await next('answer-refused', ({ number }) => number === 2);

        expect(messages.filter(({ type }) => type === 'log' || type === 'usage' || type === 'answer')).toEqual([]);
        expect(await run.log.text()).not.toContain('migrated');
    });
});
