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
import type { WebhookDirectory } from '../webhook-directory.js';
import type { PagedList } from '../../model/page.js';

/** One webhook. */
export class WebhookResource implements WebhookClient {
    readonly #webhooks: WebhookDirectory;
    readonly #id: string;

    constructor(webhooks: WebhookDirectory, id: string) {
        this.#webhooks = webhooks;
        this.#id = id;
    }

    async get(): Promise<ClientWebhook | undefined> {
        return this.#webhooks.find(this.#id) as ClientWebhook | undefined;
    }

    async update(fields: WebhookFields): Promise<ClientWebhook> {
        checkGiven('fields', fields);
        return (await this.#webhooks.update(this.#id, fields)) as ClientWebhook;
    }

    async delete(): Promise<void> {
        if (this.#webhooks.find(this.#id)) this.#webhooks.remove(this.#id);
    }

    async test(): Promise<WebhookDispatch | undefined> {
        return this.#webhooks.find(this.#id) && this.#webhooks.test(this.#id);
    }

    dispatches(): WebhookDispatchCollectionClient {
        return new WebhookDispatchCollectionResource(this.#webhooks, this.#id);
    }
}

/** Webhooks: all of them, or those of one Actor or task; oldest first. */
export class WebhookCollectionResource implements WebhookCollectionClient {
    readonly #webhooks: WebhookDirectory;
    readonly #findScope: () => WebhookCondition | undefined;

    /** @param findScope - Whose webhooks they are; throws where there is no such Actor or task. Default: all. */
    constructor(webhooks: WebhookDirectory, findScope: () => WebhookCondition | undefined = () => undefined) {
        this.#webhooks = webhooks;
        this.#findScope = findScope;
    }

    list(options: WebhookListOptions = {}): PagedList<WebhookListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(this.#webhooks.ids(this.#findScope()), bounds, options.desc);
            return { ...page, items: page.items.flatMap((id) => this.#findItem(id)) };
        });
    }

    async create(webhook: WebhookFields = {}): Promise<ClientWebhook> {
        const scope = this.#findScope();
        const isPlain = typeof webhook === 'object' && webhook !== null;
        const fields = scope && isPlain ? { ...webhook, condition: webhook.condition ?? scope } : webhook;
        return (await this.#webhooks.create(fields)) as ClientWebhook;
    }

    #findItem(id: string): WebhookListItem[] {
        const webhook = this.#webhooks.find(id) as ClientWebhook | undefined;
        if (webhook === undefined) return [];
        const { payloadTemplate: _payload, headersTemplate: _headers, ...item } = webhook;
        return [item];
    }
}

/** Dispatches, of one webhook or of all; oldest first. */
export class WebhookDispatchCollectionResource implements WebhookDispatchCollectionClient {
    readonly #webhooks: WebhookDirectory;
    readonly #webhookId: string | undefined;

    constructor(webhooks: WebhookDirectory, webhookId?: string) {
        this.#webhooks = webhooks;
        this.#webhookId = webhookId;
    }

    list(options: WebhookListOptions = {}): PagedList<WebhookDispatch> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(this.#webhooks.dispatchIds(this.#webhookId), bounds, options.desc);
            return { ...page, items: page.items.flatMap((id) => this.#webhooks.findDispatch(id) ?? []) };
        });
    }
}

/** One dispatch. */
export class WebhookDispatchResource implements WebhookDispatchClient {
    readonly #webhooks: WebhookDirectory;
    readonly #id: string;

    constructor(webhooks: WebhookDirectory, id: string) {
        this.#webhooks = webhooks;
        this.#id = id;
    }

    async get(): Promise<WebhookDispatch | undefined> {
        return this.#webhooks.findDispatch(this.#id);
    }
}
