import { TOKEN_REFUSED, type ConsoleMessage, type ConsoleRequest } from '../protocol/console.js';
import { ConsoleSession, type ConsoleConnection } from './console-session.js';
import { MAX_WAITING_BYTES, type WebSocket } from './web-sockets.js';
import type { ConsoleSource } from '../engine/external/console-feed.js';

/** The source of the data of consoles. */
export interface ConsoleServices {
    /** Returns the view of the user with this token; undefined for an unknown token. */
    findSource(token: string): ConsoleSource | undefined;
}

/** Milliseconds within which a connection must send its token. */
const OPEN_TIMEOUT_MILLIS = 10_000;
/** Close codes of RFC 6455: an invalid message, and a temporary failure. */
const POLICY_VIOLATION = 1008;
const TRY_AGAIN = 1013;

const INVALID_TOKEN =
    'Invalid token. It is in the link that was printed when the engine began to listen, and is `engine.token`.';

/**
 * Serves the websocket of a console page, which carries all live data. The first message has the token: in the URL, proxies and
 * logs could record it.
 */
export function serveConsole(webSocket: WebSocket, consoles: ConsoleServices): void {
    let session: ConsoleSession | undefined;
    const rejectClient = (): void => webSocket.close(POLICY_VIOLATION);
    const openTimeout = setTimeout(rejectClient, OPEN_TIMEOUT_MILLIS).unref();
    const handle = (text: string): void => {
        const request = parseConsoleRequest(text);
        if (request === undefined || (request.type === 'open') === (session !== undefined)) rejectClient();
        else if (request.type !== 'open') session?.handle(request);
        else {
            clearTimeout(openTimeout);
            session = openSession(webSocket, consoles.findSource(request.token));
        }
    };
    webSocket.on('message', (data) => {
        try {
            handle(String(data));
        } catch {
            // A failure for one console, such as during a restore of the engine, must not end the host process. The console
            // reconnects.
            webSocket.close(TRY_AGAIN);
        }
    });
    webSocket.once('close', () => {
        clearTimeout(openTimeout);
        session?.close();
    });
}

function openSession(webSocket: WebSocket, view: ConsoleSource | undefined): ConsoleSession | undefined {
    const connection = toConnection(webSocket);
    if (view) return new ConsoleSession(view, connection);
    void connection.send({ type: 'refused', message: INVALID_TOKEN });
    webSocket.close(TOKEN_REFUSED);
    return undefined;
}

function toConnection(webSocket: WebSocket): ConsoleConnection {
    return {
        send: (message: ConsoleMessage) =>
            new Promise((resolve) => webSocket.send(JSON.stringify(message), () => resolve())),
        get isFull() {
            return webSocket.bufferedAmount > MAX_WAITING_BYTES;
        },
    };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** The fields of each request, and the checks of their values. */
const FIELDS: Readonly<Record<ConsoleRequest['type'], Readonly<Record<string, (value: unknown) => boolean>>>> = {
    open: { token: isText },
    'follow-log': { id: isText, from: isCount },
    'unfollow-log': { id: isText },
    'follow-usage': { id: isText },
    'unfollow-usage': { id: isText },
    ask: { id: isText, number: isCount, question: (value) => value === 'started-runs' || value === 'migrate' },
};

/** Parses a message of a console; returns undefined for an invalid one. */
function parseConsoleRequest(text: string): ConsoleRequest | undefined {
    const fields = parseFields(text);
    const checks = Object.entries(FIELDS).find(([type]) => type === fields['type'])?.[1];
    const isValid = checks && Object.entries(checks).every(([name, check]) => check(fields[name]));
    return isValid ? (fields as ConsoleRequest) : undefined;
}

function parseFields(text: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
        return {};
    }
}
