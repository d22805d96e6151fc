import { TOKEN_REFUSED, type ConsoleMessage, type ConsoleRequest } from '../protocol/console.js';
import { ConsoleSession, type ConsoleConnection } from './console-session.js';
import { MAX_WAITING_BYTES, type WebSocket } from './web-sockets.js';
import type { ConsoleSource } from '../engine/external/console-feed.js';

/** Where what consoles show comes from. */
export interface ConsoleServices {
    /** What the user with this token sees; undefined if it is no user's. */
    findSource(token: string): ConsoleSource | undefined;
}

/** So long a connection may take to say who it is. */
const INTRODUCTION_MILLIS = 10_000;
/** What was sent is not what a console sends. */
const VIOLATION = 1008;
const TRY_AGAIN = 1013;

const WRONG_TOKEN =
    'The token opens nothing here. It is in the link that was printed when the engine began to listen, and is `engine.token`.';

/**
 * Serves the websocket of a console: one for each page, with all that is to be seen live. Its first message has the token, as one in
 * its URL would be seen by others.
 */
export function serveConsole(webSocket: WebSocket, host: ConsoleServices): void {
    let session: ConsoleSession | undefined;
    const violate = (): void => webSocket.close(VIOLATION);
    const impatience = setTimeout(violate, INTRODUCTION_MILLIS).unref();
    const take = (text: string): void => {
        const request = readConsoleRequest(text);
        if (request === undefined || (request.type === 'open') === (session !== undefined)) violate();
        else if (request.type !== 'open') session?.handle(request);
        else {
            clearTimeout(impatience);
            session = openSession(webSocket, host.findSource(request.token));
        }
    };
    webSocket.on('message', (data) => {
        try {
            take(String(data));
        } catch {
            // Whatever cannot be done for one console, as while the engine takes on another state, is no reason for the
            // host to end. It connects anew.
            webSocket.close(TRY_AGAIN);
        }
    });
    webSocket.once('close', () => {
        clearTimeout(impatience);
        session?.close();
    });
}

function openSession(webSocket: WebSocket, view: ConsoleSource | undefined): ConsoleSession | undefined {
    const line = lineOf(webSocket);
    if (view) return new ConsoleSession(view, line);
    void line.send({ type: 'refused', message: WRONG_TOKEN });
    webSocket.close(TOKEN_REFUSED);
    return undefined;
}

function lineOf(webSocket: WebSocket): ConsoleConnection {
    return {
        send: (message: ConsoleMessage) =>
            new Promise((resolve) => webSocket.send(JSON.stringify(message), () => resolve())),
        get isFull() {
            return webSocket.bufferedAmount > MAX_WAITING_BYTES;
        },
    };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** The fields of each request, with what they have to be. */
const FIELDS: Readonly<Record<ConsoleRequest['type'], Readonly<Record<string, (value: unknown) => boolean>>>> = {
    open: { token: isText },
    'follow-log': { id: isText, from: isWhole },
    'unfollow-log': { id: isText },
    'follow-usage': { id: isText },
    'unfollow-usage': { id: isText },
    ask: { id: isText, number: isWhole, question: (value) => value === 'started-runs' || value === 'migrate' },
};

/** Reads what a console has sent; undefined for anything that no console sends. */
function readConsoleRequest(text: string): ConsoleRequest | undefined {
    const fields = fieldsOf(text);
    const checks = Object.entries(FIELDS).find(([type]) => type === fields['type'])?.[1];
    const isRight = checks && Object.entries(checks).every(([name, isFit]) => isFit(fields[name]));
    return isRight ? (fields as ConsoleRequest) : undefined;
}

function fieldsOf(text: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
        return {};
    }
}
