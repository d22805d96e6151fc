import { userService } from '../access.js';
import { checkGiven } from '../arguments.js';
import { checkOptions } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../paging.js';
import type {
    WebhookDispatch,
    WebhookFields,
    ClientWebhook,
    WebhookClient,
    WebhookDispatchCollectionClient,
    WebhookCondition,
    WebhookCollectionClient,
    WebhookListItem,
    WebhookListOptions,
    WebhookDispatchClient,
} from '../../model/webhook.js';
import type { ClientContext, ClientServices, UserServices } from '../services.js';
import type { PagedList } from '../../model/page.js';

/** One webhook. */
export class WebhookResource implements WebhookClient {
    readonly #context: ClientContext;
    readonly #id: string;

    constructor(context: ClientContext, id: string) {
        this.#context = context;
        this.#id = id;
    }

    async get(): Promise<ClientWebhook | undefined> {
        return webhooksOf(this.#context).find(this.#id) as ClientWebhook | undefined;
    }

    async update(fields: WebhookFields): Promise<ClientWebhook> {
        checkGiven('fields', fields);
        return (await webhooksOf(this.#context).update(this.#id, fields)) as ClientWebhook;
    }

    async delete(): Promise<void> {
        if (webhooksOf(this.#context).find(this.#id)) webhooksOf(this.#context).remove(this.#id);
    }

    async test(): Promise<WebhookDispatch | undefined> {
        return webhooksOf(this.#context).find(this.#id) && webhooksOf(this.#context).test(this.#id);
    }

    dispatches(): WebhookDispatchCollectionClient {
        return new WebhookDispatchCollectionResource(this.#context, this.#id);
    }
}

/** Webhooks: all of them, or those of one Actor or task; oldest first. */
export class WebhookCollectionResource implements WebhookCollectionClient {
    readonly #context: ClientContext;
    readonly #findScope: (services: ClientServices) => WebhookCondition | undefined;

    /** @param findScope - Whose webhooks they are; throws where there is no such Actor or task. Default: all. */
    constructor(
        context: ClientContext,
        findScope: (services: ClientServices) => WebhookCondition | undefined = () => undefined,
    ) {
        this.#context = context;
        this.#findScope = findScope;
    }

    list(options: WebhookListOptions = {}): PagedList<WebhookListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(
                webhooksOf(this.#context).ids(this.#findScope(this.#context.services)),
                bounds,
                options.desc,
            );
            return { ...page, items: page.items.flatMap((id) => this.#findItem(id)) };
        });
    }

    async create(webhook: WebhookFields = {}): Promise<ClientWebhook> {
        const scope = this.#findScope(this.#context.services);
        const isPlain = typeof webhook === 'object' && webhook !== null;
        const fields = scope && isPlain ? { ...webhook, condition: webhook.condition ?? scope } : webhook;
        return (await webhooksOf(this.#context).create(fields)) as ClientWebhook;
    }

    #findItem(id: string): WebhookListItem[] {
        const webhook = webhooksOf(this.#context).find(id) as ClientWebhook | undefined;
        if (webhook === undefined) return [];
        const { payloadTemplate: _payload, headersTemplate: _headers, ...item } = webhook;
        return [item];
    }
}

/** Dispatches, of one webhook or of all; oldest first. */
export class WebhookDispatchCollectionResource implements WebhookDispatchCollectionClient {
    readonly #context: ClientContext;
    readonly #webhookId: string | undefined;

    constructor(context: ClientContext, webhookId?: string) {
        this.#context = context;
        this.#webhookId = webhookId;
    }

    list(options: WebhookListOptions = {}): PagedList<WebhookDispatch> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(webhooksOf(this.#context).dispatchIds(this.#webhookId), bounds, options.desc);
            return { ...page, items: page.items.flatMap((id) => webhooksOf(this.#context).findDispatch(id) ?? []) };
        });
    }
}

/** One dispatch. */
export class WebhookDispatchResource implements WebhookDispatchClient {
    readonly #context: ClientContext;
    readonly #id: string;

    constructor(context: ClientContext, id: string) {
        this.#context = context;
        this.#id = id;
    }

    async get(): Promise<WebhookDispatch | undefined> {
        return webhooksOf(this.#context).findDispatch(this.#id);
    }
}

function webhooksOf({ services }: ClientContext): UserServices['webhooks'] {
    return userService(services, 'webhooks');
}
