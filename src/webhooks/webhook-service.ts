import { EngineError } from '../errors/engine-error.js';
import { invalid } from '../util/check.js';
import { newId } from '../util/ids.js';
import { isJsonObject } from '../util/json/json.js';
import { Dispatcher } from './dispatcher.js';
import { parseWebhookSettings } from './settings.js';
import type { Run } from '../model/api/run.js';
import type {
    Webhook,
    WebhookCondition,
    WebhookDispatch,
    WebhookFields,
    WebhookLastDispatch,
    WebhookSettings,
} from '../model/api/webhook.js';
import { matchesCondition, type PlatformEvent, type StoredWebhook, type WebhookDependencies } from './events.js';

/** So many webhooks a user may have, as on the platform; those of single runs do not count. */
const MAX_WEBHOOKS = 100;

/** A webhook as it is kept. */
interface WebhookDocument {
    webhook: StoredWebhook;
    idempotencyKey?: string;
}

/** The webhooks, and what they are told. What it hands out are copies. */
export class WebhookService {
    readonly #parts: WebhookDependencies;
    /** Oldest first. */
    readonly #webhooks: Map<string, WebhookDocument>;
    readonly #dispatcher: Dispatcher;
    #isClosed = false;

    constructor(parts: WebhookDependencies) {
        this.#parts = parts;
        const loaded = parts.documents.loadAll('webhooks') as WebhookDocument[];
        loaded.sort((a, b) => a.webhook.createdAt.getTime() - b.webhook.createdAt.getTime());
        this.#webhooks = new Map(loaded.map((document) => [document.webhook.id, document]));
        const find = (id: string): StoredWebhook | undefined => this.#webhooks.get(id)?.webhook;
        this.#dispatcher = new Dispatcher(parts, find, (webhookId) => this.#removeIfOrphaned(webhookId));
    }

    /** Begins to send, and goes on with what an earlier engine has left behind. */
    open(): void {
        for (const id of [...this.#webhooks.keys()]) this.#removeIfOrphaned(id);
        this.#dispatcher.open();
    }

    /** Sends nothing any more; what is not delivered after so much real time stays ACTIVE. */
    async close(graceMillis: number): Promise<void> {
        this.#isClosed = true;
        await this.#dispatcher.close(graceMillis);
    }

    /** The ids of all webhooks, or of those whose condition has the ids of another; oldest first. */
    ids(condition?: WebhookCondition): string[] {
        return this.#all
            .filter((webhook) => !condition || matchesCondition(condition, webhook.condition))
            .map(({ id }) => id);
    }

    find(id: string): Webhook | undefined {
        const document = this.#webhooks.get(id);
        return document && this.#present(document.webhook);
    }

    /**
     * Makes a webhook; one that is there already with the same idempotency key is handed out as it is.
     *
     * @throws EngineError `unknown-option`, `invalid-value`, `too-many-webhooks`, `actor-not-found`, `record-not-found`.
     */
    async create(fields: WebhookFields): Promise<Webhook> {
        const settings = await parseWebhookSettings('webhook', fields);
        this.#assertOpen();
        settings.condition = this.#parts.resolveCondition(settings.condition);
        return this.#present(this.#add(settings, fields.idempotencyKey ?? undefined));
    }

    /** Changes a webhook; the idempotency key that it was made with stays. Throws as {@link WebhookService.create} does. */
    async update(id: string, fields: WebhookFields): Promise<Webhook> {
        const document = this.#require(id);
        const settings = await parseWebhookSettings('fields', fields, document.webhook);
        this.#assertOpen();
        // Somebody may have changed it in the meantime; what was checked was laid over what it was before.
        if (this.#webhooks.get(id) !== document) return this.update(id, fields);
        if (fields.condition) settings.condition = this.#parts.resolveCondition(settings.condition);
        const { userId, createdAt, stats } = document.webhook;
        const webhook = { ...settings, id, userId, createdAt, modifiedAt: this.#now(), stats };
        this.#save({ ...document, webhook });
        return this.#present(webhook);
    }

    /** Removes a webhook with its dispatches; what is still to be delivered is not. */
    remove(id: string): void {
        this.#assertOpen();
        this.#require(id);
        this.#remove(id);
    }

    /** Tells the receiver of a webhook as if something had happened: to the latest run that it is about, if there is one. */
    test(id: string): WebhookDispatch {
        this.#assertOpen();
        const { webhook } = this.#require(id);
        const resource = toJson(this.#parts.lastRun(webhook.condition));
        return structuredClone(this.#dispatch(webhook, { type: 'TEST', data: { ...webhook.condition }, resource }));
    }

    /** The ids of all dispatches, or of those of one webhook; oldest first. */
    dispatchIds(webhookId?: string): string[] {
        if (webhookId !== undefined) this.#require(webhookId);
        return this.#dispatcher.all(webhookId).map(({ id }) => id);
    }

    findDispatch(id: string): WebhookDispatch | undefined {
        return structuredClone(this.#dispatcher.get(id));
    }

    /**
     * Checks the ad-hoc webhooks of a start.
     *
     * @returns Gives them to the run, once it is there.
     */
    async parseAdHoc(path: string, list: readonly unknown[]): Promise<(run: Run) => void> {
        const made = await Promise.all(
            list.map(async (one, index) => {
                const where = `${path}[${index}]`;
                if (!isJsonObject(one)) throw invalid(where, one, 'an object of fields');
                const fields: WebhookFields = one;
                const settings = await parseWebhookSettings(where, {
                    ...fields,
                    condition: { actorRunId: 'of the start' },
                });
                return { settings, key: fields.idempotencyKey ?? undefined };
            }),
        );
        return ({ id }) => {
            for (const { settings, key } of made) {
                this.#add({ ...settings, isAdHoc: true, condition: { actorRunId: id } }, key);
            }
        };
    }

    /** True if events can concern a webhook. */
    get isActive(): boolean {
        return this.#webhooks.size > 0 && !this.#isClosed;
    }

    /** Tells all webhooks that are about it. */
    trigger(event: PlatformEvent | undefined): void {
        if (event === undefined || !this.isActive) return;
        const concerned = this.#all.filter(
            (webhook) => matchesCondition(webhook.condition, event.data) && this.#isToTell(webhook, event),
        );
        if (concerned.length === 0) return;
        const { type, data } = event;
        const resource = toJson(event.resource());
        for (const webhook of concerned) this.#dispatch(webhook, { type, data, resource });
    }

    /** Removes the ad-hoc webhooks of a run that is gone, each as soon as it has nothing more to deliver. */
    removeRun(runId: string): void {
        for (const { id, condition } of this.#all) if (condition.actorRunId === runId) this.#removeIfOrphaned(id);
    }

    #isToTell({ id, isAdHoc, isEnabled, eventTypes }: StoredWebhook, { type }: PlatformEvent): boolean {
        if (!isEnabled || !eventTypes.includes(type)) return false;
        return !isAdHoc || !this.#dispatcher.all(id).some(({ eventType }) => eventType === type);
    }

    #dispatch(webhook: StoredWebhook, occurrence: Parameters<Dispatcher['dispatch']>[1]): WebhookDispatch {
        const dispatch = this.#dispatcher.dispatch(webhook, occurrence);
        webhook.stats.totalDispatches += 1;
        try {
            this.#save(this.#require(webhook.id));
        } catch (error) {
            this.#parts.onWarning(`Webhook \`${webhook.id}\` could not be written to disk.`, error);
        }
        return dispatch;
    }

    #add(settings: WebhookSettings, idempotencyKey: string | undefined): StoredWebhook {
        if (idempotencyKey !== undefined) {
            const documents = [...this.#webhooks.values()];
            const existing = documents.find((document) => document.idempotencyKey === idempotencyKey);
            if (existing) return existing.webhook;
        }
        if (!settings.isAdHoc && this.#all.filter(({ isAdHoc }) => !isAdHoc).length >= MAX_WEBHOOKS) {
            const message = `There are ${MAX_WEBHOOKS} webhooks, and no user may have more. Delete one that is not needed.`;
            throw new EngineError('too-many-webhooks', message);
        }
        const now = this.#now();
        const webhook: StoredWebhook = {
            id: newId(),
            userId: this.#parts.owner.id,
            createdAt: now,
            modifiedAt: now,
            ...settings,
            stats: { totalDispatches: 0 },
        };
        this.#save(idempotencyKey === undefined ? { webhook } : { webhook, idempotencyKey });
        return webhook;
    }

    get #all(): StoredWebhook[] {
        return Array.from(this.#webhooks.values(), ({ webhook }) => webhook);
    }

    /** First on disk, where it may fail: what is not kept there has not changed. */
    #save(document: WebhookDocument): void {
        this.#parts.documents.save('webhooks', document.webhook.id, document);
        this.#webhooks.set(document.webhook.id, document);
    }

    #remove(id: string): void {
        this.#parts.documents.remove('webhooks', id);
        this.#webhooks.delete(id);
        this.#dispatcher.removeAllOf(id);
    }

    #removeIfOrphaned(id: string): void {
        const webhook = this.#webhooks.get(id)?.webhook;
        const runId = webhook?.condition.actorRunId;
        if (webhook?.isAdHoc !== true || runId === undefined || this.#isThere(runId)) return;
        if (this.#dispatcher.all(id).some(({ status }) => status === 'ACTIVE')) return;
        try {
            this.#remove(id);
        } catch (error) {
            // What is still on disk goes when the directory is opened the next time.
            this.#parts.onWarning(`Webhook \`${id}\` of a run that is gone could not be removed.`, error);
        }
    }

    /** A run that cannot be read is there all the same. */
    #isThere(runId: string): boolean {
        return this.#parts.findRun(runId) !== undefined || this.#parts.documents.corrupted('runs').mayContain(runId);
    }

    #present(webhook: StoredWebhook): Webhook {
        return structuredClone({ ...webhook, lastDispatch: lastOf(this.#dispatcher.all(webhook.id)) });
    }

    #require(id: string): WebhookDocument {
        const document = this.#webhooks.get(id);
        if (document) return document;
        throw new EngineError(
            'record-not-found',
            `No webhook has the id \`${id}\`. \`webhooks().list()\` has those there are.`,
            {
                details: { webhook: id },
            },
        );
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError(
            'engine-closed',
            'The engine is closed, or has taken on another state, and its webhooks are gone. Create a new engine, or ask it anew.',
        );
    }

    #now(): Date {
        return new Date(this.#parts.clock.now());
    }
}

function lastOf(dispatches: readonly WebhookDispatch[]): WebhookLastDispatch | null {
    const last = dispatches.at(-1);
    if (last === undefined) return null;
    const { status, calls } = last;
    return { status, finishedAt: status === 'ACTIVE' ? null : (calls.at(-1)?.finishedAt ?? null) };
}

/** As the API would carry it. */
function toJson(value: unknown): unknown {
    return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
