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

/** Maximum number of webhooks of a user, as on the platform. Ad-hoc webhooks are not counted. */
const MAX_WEBHOOKS = 100;

/** A stored webhook. */
interface WebhookDocument {
    webhook: StoredWebhook;
    idempotencyKey?: string;
}

/** The webhooks of a user and their dispatches. All records that it returns are copies. */
export class WebhookService {
    readonly #dependencies: WebhookDependencies;
    /** Oldest first. */
    readonly #webhooks: Map<string, WebhookDocument>;
    readonly #dispatcher: Dispatcher;
    #isClosed = false;

    constructor(dependencies: WebhookDependencies) {
        this.#dependencies = dependencies;
        const loaded = dependencies.documents.loadAll('webhooks') as WebhookDocument[];
        loaded.sort((a, b) => a.webhook.createdAt.getTime() - b.webhook.createdAt.getTime());
        this.#webhooks = new Map(loaded.map((document) => [document.webhook.id, document]));
        const find = (id: string): StoredWebhook | undefined => this.#webhooks.get(id)?.webhook;
        this.#dispatcher = new Dispatcher(dependencies, find, (webhookId) => this.#removeIfOrphaned(webhookId));
    }

    /** Starts to send, including the pending dispatches of an earlier engine. */
    open(): void {
        for (const id of [...this.#webhooks.keys()]) this.#removeIfOrphaned(id);
        this.#dispatcher.open();
    }

    /** Stops sending. Dispatches that are not delivered within the grace time, in real time, stay ACTIVE. */
    async close(graceMillis: number): Promise<void> {
        this.#isClosed = true;
        await this.#dispatcher.close(graceMillis);
    }

    /** Returns the ids of all webhooks, oldest first, or of those whose condition has all ids of the given one. */
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
     * Creates a webhook. If one with the same idempotency key exists, returns that one unchanged.
     *
     * @throws EngineError `unknown-option`, `invalid-value`, `too-many-webhooks`, `actor-not-found`, `record-not-found`.
     */
    async create(fields: WebhookFields): Promise<Webhook> {
        const settings = await parseWebhookSettings('webhook', fields);
        this.#assertOpen();
        settings.condition = this.#dependencies.resolveCondition(settings.condition);
        return this.#present(this.#add(settings, fields.idempotencyKey ?? undefined));
    }

    /** Changes a webhook. Its idempotency key stays. Throws like {@link WebhookService.create}. */
    async update(id: string, fields: WebhookFields): Promise<Webhook> {
        const document = this.#require(id);
        const settings = await parseWebhookSettings('fields', fields, document.webhook);
        this.#assertOpen();
        // The webhook was changed during the validation, so the settings are based on an old version.
        if (this.#webhooks.get(id) !== document) return this.update(id, fields);
        if (fields.condition) settings.condition = this.#dependencies.resolveCondition(settings.condition);
        const { userId, createdAt, stats } = document.webhook;
        const webhook = { ...settings, id, userId, createdAt, modifiedAt: this.#now(), stats };
        this.#save({ ...document, webhook });
        return this.#present(webhook);
    }

    /** Removes a webhook with its dispatches, including pending ones. */
    remove(id: string): void {
        this.#assertOpen();
        this.#require(id);
        this.#remove(id);
    }

    /** Sends a test dispatch, with the latest run that matches the webhook's condition as its resource. */
    test(id: string): WebhookDispatch {
        this.#assertOpen();
        const { webhook } = this.#require(id);
        const { type, data, resource } = this.#dependencies.createTestEvent(webhook.condition);
        return structuredClone(this.#dispatch(webhook, { type, data, resource: toJson(resource()) }));
    }

    /** Returns the ids of all dispatches, or of those of one webhook, oldest first. */
    dispatchIds(webhookId?: string): string[] {
        if (webhookId !== undefined) this.#require(webhookId);
        return this.#dispatcher.all(webhookId).map(({ id }) => id);
    }

    findDispatch(id: string): WebhookDispatch | undefined {
        return structuredClone(this.#dispatcher.get(id));
    }

    /**
     * Validates the ad-hoc webhooks of a start.
     *
     * @returns A function that attaches them to the run once it exists.
     */
    async parseAdHoc(path: string, list: readonly unknown[]): Promise<(run: Run) => void> {
        const parsed = await Promise.all(
            list.map(async (value, index) => {
                const itemPath = `${path}[${index}]`;
                if (!isJsonObject(value)) throw invalid(itemPath, value, 'an object of fields');
                const fields: WebhookFields = value;
                const settings = await parseWebhookSettings(itemPath, {
                    ...fields,
                    condition: { actorRunId: 'of the start' },
                });
                return { settings, key: fields.idempotencyKey ?? undefined };
            }),
        );
        return ({ id }) => {
            for (const { settings, key } of parsed) {
                this.#add({ ...settings, isAdHoc: true, condition: { actorRunId: id } }, key);
            }
        };
    }

    /** True if events can trigger a webhook. */
    get isActive(): boolean {
        return this.#webhooks.size > 0 && !this.#isClosed;
    }

    /** Creates a dispatch for each webhook that an event matches. */
    trigger(event: PlatformEvent | undefined): void {
        if (event === undefined || !this.isActive) return;
        const triggered = this.#all.filter(
            (webhook) => matchesCondition(webhook.condition, event.data) && this.#isTriggeredBy(webhook, event),
        );
        if (triggered.length === 0) return;
        const { type, data } = event;
        const resource = toJson(event.resource());
        for (const webhook of triggered) this.#dispatch(webhook, { type, data, resource });
    }

    /** Removes the ad-hoc webhooks of a deleted run, each as soon as it has no pending dispatches. */
    removeRun(runId: string): void {
        for (const { id, condition } of this.#all) if (condition.actorRunId === runId) this.#removeIfOrphaned(id);
    }

    /** An ad-hoc webhook is triggered only once by each type of event. */
    #isTriggeredBy({ id, isAdHoc, isEnabled, eventTypes }: StoredWebhook, { type }: PlatformEvent): boolean {
        if (!isEnabled || !eventTypes.includes(type)) return false;
        return !isAdHoc || !this.#dispatcher.all(id).some(({ eventType }) => eventType === type);
    }

    #dispatch(webhook: StoredWebhook, trigger: Parameters<Dispatcher['dispatch']>[1]): WebhookDispatch {
        const dispatch = this.#dispatcher.dispatch(webhook, trigger);
        webhook.stats.totalDispatches += 1;
        try {
            this.#save(this.#require(webhook.id));
        } catch (error) {
            this.#dependencies.onWarning(`Webhook \`${webhook.id}\` could not be written to disk.`, error);
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
            const message = `The maximum of ${MAX_WEBHOOKS} webhooks is reached. Delete a webhook that you do not need.`;
            throw new EngineError('too-many-webhooks', message);
        }
        const now = this.#now();
        const webhook: StoredWebhook = {
            id: newId(),
            userId: this.#dependencies.owner.id,
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

    /** The disk comes first, since it may fail: then the webhook is unchanged. */
    #save(document: WebhookDocument): void {
        this.#dependencies.documents.save('webhooks', document.webhook.id, document);
        this.#webhooks.set(document.webhook.id, document);
    }

    #remove(id: string): void {
        this.#dependencies.documents.remove('webhooks', id);
        this.#webhooks.delete(id);
        this.#dispatcher.removeAllOf(id);
    }

    #removeIfOrphaned(id: string): void {
        const webhook = this.#webhooks.get(id)?.webhook;
        const runId = webhook?.condition.actorRunId;
        if (webhook?.isAdHoc !== true || runId === undefined || this.#runExists(runId)) return;
        if (this.#dispatcher.all(id).some(({ status }) => status === 'ACTIVE')) return;
        try {
            this.#remove(id);
        } catch (error) {
            // The next opening of the directory tries again.
            this.#dependencies.onWarning(`Webhook \`${id}\` of a deleted run could not be removed.`, error);
        }
    }

    /** True if the run exists, even if its document is corrupted. */
    #runExists(runId: string): boolean {
        return (
            this.#dependencies.findRun(runId) !== undefined ||
            this.#dependencies.documents.corrupted('runs').mayContain(runId)
        );
    }

    #present(webhook: StoredWebhook): Webhook {
        return structuredClone({ ...webhook, lastDispatch: lastOf(this.#dispatcher.all(webhook.id)) });
    }

    #require(id: string): WebhookDocument {
        const document = this.#webhooks.get(id);
        if (document) return document;
        throw new EngineError(
            'record-not-found',
            `The webhook \`${id}\` does not exist. To see all webhooks, use \`webhooks().list()\`.`,
            {
                details: { webhook: id },
            },
        );
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError(
            'engine-closed',
            'The engine was closed, restored or reset during this call. Call it again, or create a new engine.',
        );
    }

    #now(): Date {
        return new Date(this.#dependencies.clock.now());
    }
}

function lastOf(dispatches: readonly WebhookDispatch[]): WebhookLastDispatch | null {
    const last = dispatches.at(-1);
    if (last === undefined) return null;
    const { status, calls } = last;
    return { status, finishedAt: status === 'ACTIVE' ? null : (calls.at(-1)?.finishedAt ?? null) };
}

/** Converts a value to its parsed JSON. */
function toJson(value: unknown): unknown {
    return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
