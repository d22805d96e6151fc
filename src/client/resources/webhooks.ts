import { requireUserService } from '../access.js';
import { checkRequired } from '../arguments.js';
import { recordList } from '../paging.js';
import type {
    ClientWebhook,
    WebhookClient,
    WebhookCollectionClient,
    WebhookCondition,
    WebhookDispatchClient,
    WebhookDispatchCollectionClient,
    WebhookListItem,
} from '../../model/api/webhook.js';
import type { ClientContext, ClientServices, UserServices } from '../services.js';

/** Creates the client of one webhook. */
export function createWebhookClient(context: ClientContext, id: string): WebhookClient {
    const webhooks = webhooksOf(context);
    return {
        get: async () => webhooks().find(id) as ClientWebhook | undefined,
        update: async (fields) => {
            checkRequired('fields', fields);
            return (await webhooks().update(id, fields)) as ClientWebhook;
        },
        delete: async () => {
            if (webhooks().find(id)) webhooks().remove(id);
        },
        test: async () => webhooks().find(id) && webhooks().test(id),
        dispatches: () => createWebhookDispatchCollectionClient(context, id),
    };
}

/**
 * Creates the client of webhooks, oldest first.
 *
 * @param resolveScope - Returns the Actor or task. Throws if it does not exist. Default: all webhooks.
 */
export function createWebhookCollectionClient(
    context: ClientContext,
    resolveScope: (services: ClientServices) => WebhookCondition | undefined = () => undefined,
): WebhookCollectionClient {
    const webhooks = webhooksOf(context);
    return {
        list: (options) =>
            recordList(
                options,
                () => webhooks().ids(resolveScope(context.services)),
                (id) => toListItem(webhooks().find(id) as ClientWebhook),
            ),
        create: async (webhook = {}) => {
            const scope = resolveScope(context.services);
            const isObject = typeof webhook === 'object' && webhook !== null;
            const fields = scope && isObject ? { ...webhook, condition: webhook.condition ?? scope } : webhook;
            return (await webhooks().create(fields)) as ClientWebhook;
        },
    };
}

function toListItem(webhook: ClientWebhook): WebhookListItem {
    const { payloadTemplate: _payload, headersTemplate: _headers, ...item } = webhook;
    return item;
}

/** Creates the client of dispatches, oldest first: those of one webhook, or all. */
export function createWebhookDispatchCollectionClient(
    context: ClientContext,
    webhookId?: string,
): WebhookDispatchCollectionClient {
    const webhooks = webhooksOf(context);
    return {
        list: (options) =>
            recordList(
                options,
                () => webhooks().dispatchIds(webhookId),
                (id) => webhooks().findDispatch(id)!,
            ),
    };
}

/** Creates the client of one dispatch. */
export function createWebhookDispatchClient(context: ClientContext, id: string): WebhookDispatchClient {
    return { get: async () => webhooksOf(context)().findDispatch(id) };
}

function webhooksOf(context: ClientContext): () => UserServices['webhooks'] {
    return () => requireUserService(context.services, 'webhooks');
}
