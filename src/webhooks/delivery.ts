import { createHeaders, fillTemplate } from './template.js';
import { CLOUD_HOSTS, ENGINE_HOSTS } from '../protocol/api.js';
import { isLoopback } from '../util/loopback.js';
import type { IncomingMessage } from 'node:http';
import type { WebhookCall, WebhookDispatch } from '../model/api/webhook.js';
import type { DispatchDocument, StoredWebhook, TemplateVariables, WebhookDependencies } from './events.js';
import type { NetworkPolicy } from '../protocol/network.js';

/** Of a request so much is kept as of a response. */
const MAX_REQUEST_CHARS = 8_192;

/** How an attempt went. */
export interface DeliveryOutcome extends Omit<WebhookCall, 'startedAt' | 'finishedAt'> {
    /** Whether it would go the same way each time, so that there is no sense in trying again. */
    isFinal: boolean;
}

/** So much of a response is read and kept. */
const MAX_RESPONSE_BYTES = 8_192;

/**
 * Sends one request for a dispatch, as its webhook is by now. Never rejects; when the signal is aborted, the outcome means
 * nothing.
 */
export async function deliver(
    document: DispatchDocument,
    webhook: StoredWebhook,
    parts: Pick<WebhookDependencies, 'network' | 'answer' | 'ask'>,
    signal: AbortSignal,
): Promise<DeliveryOutcome> {
    if (!URL.canParse(webhook.requestUrl)) return failed(`\`${webhook.requestUrl}\` is no URL.`, true);
    const url = new URL(webhook.requestUrl);
    const route = resolveTarget(url, parts.network);
    if (route.to === 'nowhere') return failed(route.reason, true);
    let message: { body: string; headers: Record<string, string> };
    try {
        message = await messageOf(document, webhook);
    } catch (error) {
        return failed(`The request cannot be made: ${describe(error)}`, true);
    }
    const requestBody = message.body.slice(0, MAX_REQUEST_CHARS);
    const { ignoreSslErrors } = webhook;
    const send = (): Promise<Answer> => {
        if (route.to === 'network') return sendOverNetwork({ url, ...message, ignoreSslErrors }, signal);
        const headers = Object.entries(message.headers);
        const request = { method: 'POST', url: url.href, headers, body: Buffer.from(message.body) };
        if (route.to === 'api') return parts.answer(request);
        return parts.ask(request, { signal }, document.dispatch.eventData ?? {});
    };
    try {
        const work = send().then(async ({ status, body }) => ({ status, body: await beginningOf(body) }));
        return { ...judge(await unlessAborted(work, signal)), requestBody };
    } catch (error) {
        // A handler that knows no answer will not know one later.
        const outcome = failed(`There was no complete response: ${describe(error)}`, isOfHandler(error));
        return { ...outcome, requestBody };
    }
}

function judge({ status, body }: { status: number; body: string }): DeliveryOutcome {
    const isWell = status >= 200 && status < 300;
    const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
    const errorMessage = isWell
        ? null
        : `The status of the response is ${status}, but must be from 200 to 299.${redirect}`;
    return { requestBody: null, responseStatus: status, responseBody: body, errorMessage, isFinal: isWell };
}

function failed(errorMessage: string, isFinal: boolean): DeliveryOutcome {
    return { requestBody: null, responseStatus: null, responseBody: null, errorMessage, isFinal };
}

async function messageOf(
    document: DispatchDocument,
    { payloadTemplate, headersTemplate, shouldInterpolateStrings }: StoredWebhook,
): Promise<{ body: string; headers: Record<string, string> }> {
    const variables = variablesOf(document);
    const payload = await fillTemplate(payloadTemplate, variables, shouldInterpolateStrings);
    const headers =
        headersTemplate === undefined
            ? undefined
            : await fillTemplate(headersTemplate, variables, shouldInterpolateStrings);
    return { body: JSON.stringify(payload) ?? 'null', headers: createHeaders(headers, document.dispatch.id) };
}

function variablesOf({ dispatch, resource = null }: DispatchDocument): TemplateVariables {
    const { userId, createdAt, eventType, eventData }: WebhookDispatch = dispatch;
    const dateISO = createdAt.toISOString();
    return {
        userId,
        createdAt: dateISO,
        eventType,
        eventData,
        // Times are texts, also in those that were read from disk.
        resource: JSON.parse(JSON.stringify(resource)) as unknown,
        globals: { dateISO, dateUnix: Math.floor(createdAt.getTime() / 1000) },
    };
}

function isOfHandler(error: unknown): boolean {
    return String((error as { code?: unknown } | null)?.code).startsWith('ERR_GREENROOM_');
}

/** Where several addresses have been tried, only the errors within say what is wrong. */
function describe(error: unknown): string {
    if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
    return error instanceof Error ? error.message : String(error);
}

/** What is sent. Always by POST. */
interface WebhookRequest {
    url: URL;
    headers: Record<string, string>;
    body: string;
    /** Whether a certificate that cannot be trusted is taken all the same. */
    ignoreSslErrors: boolean;
}

/** The response of a receiver. */
interface Answer {
    status: number;
    body: AsyncIterable<Uint8Array>;
}

/**
 * Sends a request over the network. Redirects are responses like any other, and of a long body only the beginning is read.
 *
 * @throws The error of the connection.
 */
async function sendOverNetwork(
    { url, headers, body, ignoreSslErrors }: WebhookRequest,
    signal: AbortSignal,
): Promise<Answer> {
    const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
    signal.throwIfAborted();
    const bytes = Buffer.from(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = request(url, {
            method: 'POST',
            headers: { ...headers, 'content-length': String(bytes.length) },
            // No connection stays open that nobody might need again.
            agent: false,
            rejectUnauthorized: !ignoreSslErrors,
        });
        signal.addEventListener('abort', () => outgoing.destroy(signal.reason as Error), { once: true });
        // Also after the response has begun: its reader hears of it too, but somebody has to listen here.
        outgoing.on('error', reject).on('response', resolve).end(bytes);
    });
    return { status: response.statusCode ?? 0, body: response };
}

async function beginningOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of pieces) {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size >= MAX_RESPONSE_BYTES) break;
    }
    return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString();
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
        const giveUp = (): void => reject(signal.reason as Error);
        if (signal.aborted) giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
}

/** Where a request goes: to the engine's own API, to the handler, out to the network, or nowhere, and why. */
type Route = { to: 'api' } | { to: 'handler' } | { to: 'network' } | { to: 'nowhere'; reason: string };

/** Where a request to a URL goes. Names are not looked up to find that out. */
export function resolveTarget({ hostname }: URL, policy: NetworkPolicy): Route {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    const apiHosts = policy === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS];
    if (apiHosts.includes(host)) return { to: 'api' };
    if (policy === 'handler') return { to: 'handler' };
    if (policy === 'guarded' || policy === 'allow' || (policy === 'loopback' && isLoopback(host))) {
        return { to: 'network' };
    }
    const rest = policy === 'loopback' ? 'this machine and the API' : 'the API';
    const reason = `The engine's option \`network: '${policy}'\` forbids requests to ${host}, and to all hosts but ${rest}.`;
    return { to: 'nowhere', reason };
}
