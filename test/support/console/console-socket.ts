import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { waitUntil } from '../wait-until.js';

/** Messages of the server. */
export type Message = Record<string, unknown> & { type: string };

/** A console's end of its websocket, which has said who it is; until the test is over. */
export async function connectConsole(url: string, token: string, options: { origin?: string } = {}) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/console/live`, options);
    onTestFinished(() => socket.terminate());
    const messages: Message[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
    const closed = once(socket, 'close').then(([code]) => code as number);
    await once(socket, 'open');
    const send = (request: object): void => socket.send(JSON.stringify(request));
    send({ type: 'open', token });
    const of = (type: string) => messages.filter((message) => message.type === type);
    const take = (type: string) => waitUntil(`a message \`${type}\``, () => of(type)[0], { timeoutMillis: 10_000 });
    return { messages, send, of, take, closed };
}
