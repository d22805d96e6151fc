import { createHeaders, fillTemplate } from './template.js';
import { CLOUD_HOSTS, ENGINE_HOSTS } from '../protocol/api.js';
import { isLoopback } from '../util/loopback.js';
import type { IncomingMessage } from 'node:http';
import type { WebhookCall, WebhookDispatch } from '../model/api/webhook.js';
import type { DispatchDocument, StoredWebhook, TemplateVariables, WebhookDependencies } from './events.js';
import type { NetworkPolicy } from '../protocol/network.js';

/** Maximum length of the request body that is stored. */
const MAX_REQUEST_CHARS = 8_192;

/** The result of an attempt. */
export interface DeliveryOutcome extends Omit<WebhookCall, 'startedAt' | 'finishedAt'> {
    /** True if a retry could not have another result. */
    isFinal: boolean;
}

/** Maximum number of response bytes that are read and stored. */
const MAX_RESPONSE_BYTES = 8_192;

/**
 * Sends one request for a dispatch, with the current settings of its webhook. Never rejects. If the signal is aborted, the outcome
 * is meaningless.
 */
export async function deliver(
    document: DispatchDocument,
    webhook: StoredWebhook,
    dependencies: Pick<WebhookDependencies, 'network' | 'sendToApi' | 'sendToHandler'>,
    signal: AbortSignal,
): Promise<DeliveryOutcome> {
    if (!URL.canParse(webhook.requestUrl)) {
        return createFailure(`\`${webhook.requestUrl}\` is not a valid URL.`, true);
    }
    const url = new URL(webhook.requestUrl);
    const target = resolveTarget(url, dependencies.network);
    if (target.type === 'blocked') return createFailure(target.reason, true);
    let content: { body: string; headers: Record<string, string> };
    try {
        content = await createContent(document, webhook);
    } catch (error) {
        return createFailure(`The request could not be created: ${describe(error)}`, true);
    }
    const requestBody = content.body.slice(0, MAX_REQUEST_CHARS);
    const { ignoreSslErrors } = webhook;
    const send = (): Promise<ReceiverResponse> => {
        if (target.type === 'network') return sendOverNetwork({ url, ...content, ignoreSslErrors }, signal);
        const headers = Object.entries(content.headers);
        const request = { method: 'POST', url: url.href, headers, body: Buffer.from(content.body) };
        if (target.type === 'api') return dependencies.sendToApi(request);
        return dependencies.sendToHandler(request, { signal }, document.dispatch.eventData ?? {});
    };
    try {
        const response = send().then(async ({ status, body }) => ({ status, body: await readBeginning(body) }));
        return { ...createOutcome(await rejectOnAbort(response, signal)), requestBody };
    } catch (error) {
        // A retry cannot help if the handler of the option `network` has failed or has no response.
        const outcome = createFailure(`No complete response: ${describe(error)}`, isHandlerError(error));
        return { ...outcome, requestBody };
    }
}

function createOutcome({ status, body }: { status: number; body: string }): DeliveryOutcome {
    const isSuccess = status >= 200 && status < 300;
    const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
    const errorMessage = isSuccess ? null : `The response status is ${status}, expected 200 to 299.${redirect}`;
    return { requestBody: null, responseStatus: status, responseBody: body, errorMessage, isFinal: isSuccess };
}

function createFailure(errorMessage: string, isFinal: boolean): DeliveryOutcome {
    return { requestBody: null, responseStatus: null, responseBody: null, errorMessage, isFinal };
}

async function createContent(
    document: DispatchDocument,
    { payloadTemplate, headersTemplate, shouldInterpolateStrings }: StoredWebhook,
): Promise<{ body: string; headers: Record<string, string> }> {
    const variables = createVariables(document);
    const payload = await fillTemplate(payloadTemplate, variables, shouldInterpolateStrings);
    const headers =
        headersTemplate === undefined
            ? undefined
            : await fillTemplate(headersTemplate, variables, shouldInterpolateStrings);
    return { body: JSON.stringify(payload) ?? 'null', headers: createHeaders(headers, document.dispatch.id) };
}

function createVariables({ dispatch, resource = null }: DispatchDocument): TemplateVariables {
    const { userId, createdAt, eventType, eventData }: WebhookDispatch = dispatch;
    const dateISO = createdAt.toISOString();
    return {
        userId,
        createdAt: dateISO,
        eventType,
        eventData,
        // Dates become strings, including those that were revived when the document was loaded.
        resource: JSON.parse(JSON.stringify(resource)) as unknown,
        globals: { dateISO, dateUnix: Math.floor(createdAt.getTime() / 1000) },
    };
}

/** True for an error of the handler of the option `network`. */
function isHandlerError(error: unknown): boolean {
    return String((error as { code?: unknown } | null)?.code).startsWith('ERR_GREENROOM_');
}

/** Describes an error. If several addresses were tried, only the nested errors have the reason. */
function describe(error: unknown): string {
    if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
    return error instanceof Error ? error.message : String(error);
}

/** A POST request to a receiver. */
interface WebhookRequest {
    url: URL;
    headers: Record<string, string>;
    body: string;
    /** If true, untrusted certificates are accepted. */
    ignoreSslErrors: boolean;
}

interface ReceiverResponse {
    status: number;
    body: AsyncIterable<Uint8Array>;
}

/**
 * Sends a request over the network. Redirects are not followed.
 *
 * @throws The connection error.
 */
async function sendOverNetwork(
    { url, headers, body, ignoreSslErrors }: WebhookRequest,
    signal: AbortSignal,
): Promise<ReceiverResponse> {
    const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
    signal.throwIfAborted();
    const bytes = Buffer.from(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = request(url, {
            method: 'POST',
            headers: { ...headers, 'content-length': String(bytes.length) },
            // No keep-alive: the next request to this receiver may be hours away.
            agent: false,
            rejectUnauthorized: !ignoreSslErrors,
        });
        signal.addEventListener('abort', () => outgoing.destroy(signal.reason as Error), { once: true });
        // An error after the response has begun also reaches the reader of the body, but without this listener it would be uncaught.
        outgoing.on('error', reject).on('response', resolve).end(bytes);
    });
    return { status: response.statusCode ?? 0, body: response };
}

async function readBeginning(body: AsyncIterable<Uint8Array>): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size >= MAX_RESPONSE_BYTES) break;
    }
    return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString();
}

function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason as Error);
        if (signal.aborted) onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
}

/** The target of a request: the engine's own API, the handler of the option `network`, the network, or none. */
type DeliveryTarget = { type: 'api' } | { type: 'handler' } | { type: 'network' } | { type: 'blocked'; reason: string };

/** Resolves the target of a request to a URL. Host names are compared without a DNS lookup. */
export function resolveTarget({ hostname }: URL, policy: NetworkPolicy): DeliveryTarget {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    const apiHosts = policy === 'allow' ? ENGINE_HOSTS : [...ENGINE_HOSTS, ...CLOUD_HOSTS];
    if (apiHosts.includes(host)) return { type: 'api' };
    if (policy === 'handler') return { type: 'handler' };
    if (policy === 'guarded' || policy === 'allow' || (policy === 'loopback' && isLoopback(host))) {
        return { type: 'network' };
    }
    const permitted = policy === 'loopback' ? 'this machine and the API' : 'the API';
    const reason = `The engine's option \`network: '${policy}'\` blocks the request to ${host}. It permits only requests to ${permitted}.`;
    return { type: 'blocked', reason };
}
