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

/** One webhook. */
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
 * Webhooks: all of them, or those of one Actor or task; oldest first.
 *
 * @param findScope - Whose webhooks they are; throws where there is no such Actor or task. Default: all.
 */
export function createWebhookCollectionClient(
    context: ClientContext,
    findScope: (services: ClientServices) => WebhookCondition | undefined = () => undefined,
): WebhookCollectionClient {
    const webhooks = webhooksOf(context);
    return {
        list: (options) =>
            recordList(
                options,
                () => webhooks().ids(findScope(context.services)),
                (id) => toListItem(webhooks().find(id) as ClientWebhook),
            ),
        create: async (webhook = {}) => {
            const scope = findScope(context.services);
            const isPlain = typeof webhook === 'object' && webhook !== null;
            const fields = scope && isPlain ? { ...webhook, condition: webhook.condition ?? scope } : webhook;
            return (await webhooks().create(fields)) as ClientWebhook;
        },
    };
}

function toListItem(webhook: ClientWebhook): WebhookListItem {
    const { payloadTemplate: _payload, headersTemplate: _headers, ...item } = webhook;
    return item;
}

/** Dispatches, of one webhook or of all; oldest first. */
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

/** One dispatch. */
export function createWebhookDispatchClient(context: ClientContext, id: string): WebhookDispatchClient {
    return { get: async () => webhooksOf(context)().findDispatch(id) };
}

function webhooksOf(context: ClientContext): () => UserServices['webhooks'] {
    return () => requireUserService(context.services, 'webhooks');
}
