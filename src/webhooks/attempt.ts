import { headersOf } from './headers.js';
import { routeOf } from './route-of.js';
import { sendOverNetwork, sendToApi, sendToHandler, type WebhookResponse } from './send-request.js';
import { fillTemplate } from './template.js';
import type { WebhookCall, WebhookDispatch } from '../model/webhook.js';
import type { DispatchDocument } from './dispatch-store.js';
import type { TemplateVariables, WebhookParts } from './parts.js';
import type { StoredWebhook } from './webhook-store.js';

/** Of a request so much is kept as of a response. */
const MAX_REQUEST_CHARS = 8_192;

/** How an attempt went. */
export interface AttemptOutcome extends Omit<WebhookCall, 'startedAt' | 'finishedAt'> {
    /** Whether it would go the same way each time, so that there is no sense in trying again. */
    isFinal: boolean;
}

/**
 * Sends one request for a dispatch, as its webhook is by now. Never rejects; when the signal is aborted, the outcome means
 * nothing.
 */
export async function attemptDelivery(
    document: DispatchDocument,
    webhook: StoredWebhook,
    parts: Pick<WebhookParts, 'network' | 'answer' | 'ask'>,
    signal: AbortSignal,
): Promise<AttemptOutcome> {
    if (!URL.canParse(webhook.requestUrl)) return failed(`\`${webhook.requestUrl}\` is no URL.`, true);
    const url = new URL(webhook.requestUrl);
    const route = routeOf(url, parts.network);
    if (route.to === 'nowhere') return failed(route.reason, true);
    let message: { body: string; headers: Record<string, string> };
    try {
        message = await messageOf(document, webhook);
    } catch (error) {
        return failed(`The request cannot be made: ${describe(error)}`, true);
    }
    const requestBody = message.body.slice(0, MAX_REQUEST_CHARS);
    const request = { url, ...message, ignoreSslErrors: webhook.ignoreSslErrors };
    const send = (): Promise<WebhookResponse> => {
        if (route.to === 'api') return sendToApi(request, parts.answer, signal);
        if (route.to === 'network') return sendOverNetwork(request, signal);
        const about = document.dispatch.eventData ?? {};
        return sendToHandler(request, (sent, exchange) => parts.ask(sent, exchange, about), signal);
    };
    try {
        return { ...judge(await send()), requestBody };
    } catch (error) {
        // A handler that knows no answer will not know one later.
        const outcome = failed(`There was no complete response: ${describe(error)}`, isOfHandler(error));
        return { ...outcome, requestBody };
    }
}

function judge({ status, body }: WebhookResponse): AttemptOutcome {
    const isWell = status >= 200 && status < 300;
    const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
    const errorMessage = isWell
        ? null
        : `The status of the response is ${status}, but must be from 200 to 299.${redirect}`;
    return { requestBody: null, responseStatus: status, responseBody: body, errorMessage, isFinal: isWell };
}

function failed(errorMessage: string, isFinal: boolean): AttemptOutcome {
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
    return { body: JSON.stringify(payload) ?? 'null', headers: headersOf(headers, document.dispatch.id) };
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
