import { checkOptions, checkText } from '../../util/check.js';
import { Configuration } from './configuration.js';
import { currentContext, type RunContext } from './context.js';
import { Dataset } from './storages/dataset.js';
import { readEnv, type ActorEnv } from './env.js';
import { KeyValueStore, openStore, type SetValueOptions } from './storages/key-value-store.js';
import { log } from './log.js';
import {
    createProxyConfiguration,
    type ProxyConfiguration,
    type ProxyConfigurationOptions,
} from './proxy-configuration.js';
import { pushData } from './storages/push-data.js';
import { RequestQueue } from './storages/request-queue.js';
import {
    setStatusMessage,
    waitForRestart,
    type ExitOptions,
    type InitOptions,
    type MainOptions,
    type ReplacementOptions,
    type StatusMessageOptions,
} from './session.js';
import { decryptSecrets, readSecretKey } from '../../protocol/input-secrets.js';
import type { Client } from '../../model/client/client.js';
import type { ClientRun } from '../../model/client/run.js';
import type { ClientWebhook, WebhookFields } from '../../model/api/webhook.js';
import type { CallOptions, MetamorphOptions, StartOptions } from '../../model/api/run.js';
import type { Item } from '../../model/api/storage.js';
import type { TaskCallOptions } from '../../model/api/task.js';
import type { ChargeOptions, ChargeResult, ChargingManager } from './charging-manager.js';
import type { ActorEventListener, ActorEvents } from './events.js';
import type { StorageIdentifier } from './storages/open-storage.js';

/** What starting another Actor takes beside the options of `apify-client`. */
interface ActorStartExtras {
    /** Accepted for the sake of the platform's SDK: there is one user here. */
    token?: string;
    /** Seconds, or `inherit` for what is left of this run's own timeout. */
    timeout?: number | 'inherit';
}

/** What {@link Actor.addWebhook} takes: all of a webhook but what ties it to the run. */
export type RunWebhookOptions = Omit<WebhookFields, 'condition' | 'isAdHoc' | 'isEnabled'>;

const RUN_WEBHOOK_OPTIONS: readonly (keyof RunWebhookOptions)[] = [
    'eventTypes',
    'requestUrl',
    'payloadTemplate',
    'headersTemplate',
    'description',
    'idempotencyKey',
    'ignoreSslErrors',
    'doNotRetry',
    'shouldInterpolateStrings',
    'isApifyIntegration',
];

/** The Actor's own view of its run: its life, its storages, its events, and the other Actors it starts. */
export class Actor {
    /** Runs the Actor from beginning to end: a return ends the run with exit code 0, a throw with 91. */
    static async main<Output>(run: () => Output | Promise<Output>, options?: MainOptions): Promise<Output | undefined> {
        const context = currentContext();
        if (typeof run !== 'function')
            throw new TypeError(`Actor.main() takes a function, but was given ${typeof run}.`);
        return context.session.main(context, run, options);
    }

    static async init(options?: InitOptions): Promise<void> {
        const context = currentContext();
        context.session.init(context, options);
    }

    /** Ends the run well: persists state, waits for listeners, sets the status message. */
    static async exit(messageOrOptions?: string | ExitOptions, options?: ExitOptions): Promise<void> {
        const context = currentContext();
        return context.session.exit(context, messageOrOptions, options);
    }

    /** As {@link Actor.exit}, but the run fails; exit code 1 unless another is given. */
    static async fail(messageOrOptions?: string | ExitOptions, options?: ExitOptions): Promise<void> {
        return Actor.exit(messageOrOptions, {
            exitCode: (messageOrOptions as ExitOptions | undefined)?.exitCode ?? 1,
            ...options,
        });
    }

    static on<Name extends keyof ActorEvents>(event: Name, listener: ActorEventListener<Name>): void {
        currentContext().events.on(event, listener);
    }

    /** Takes one listener away, or all of the event. */
    static off<Name extends keyof ActorEvents>(event: Name, listener?: ActorEventListener<Name>): void {
        currentContext().events.off(event, listener);
    }

    /** The input of the run, its secrets decrypted, or null if it has none. */
    static async getInput<T = unknown>(): Promise<T | null> {
        const context = useContext('getInput');
        const stored = await KeyValueStore.getValue<T>(context.env.ACTOR_INPUT_KEY || 'INPUT');
        return decryptInput(context, stored);
    }

    static async getInputOrThrow<T = unknown>(): Promise<T> {
        const input = await Actor.getInput<T>();
        if (input === null) throw new Error('The run has no input. Start it with one.');
        return input;
    }

    /**
     * Appends items to the run's default dataset. Where the Actor is paid per event, only as many as fit into what the run
     * may cost.
     *
     * @param eventName - An event to charge for, once for each item.
     */
    static async pushData(items: object | object[], eventName?: string): Promise<ChargeResult> {
        const context = useContext('pushData');
        checkText('eventName', eventName);
        const { id } = await Dataset.open();
        return pushData({ context, datasetId: id, items }, eventName);
    }

    static async getValue<T = unknown>(key: string): Promise<T | null> {
        useContext('getValue');
        return KeyValueStore.getValue<T>(key);
    }

    /** Stores a record in the run's default key-value store; null deletes it. */
    static async setValue(key: string, value: unknown, options?: SetValueOptions): Promise<void> {
        useContext('setValue');
        return KeyValueStore.setValue(key, value, options);
    }

    static async openDataset<T extends object = Item>(
        idOrName?: StorageIdentifier | null,
        options?: { forceCloud?: boolean },
    ): Promise<Dataset<T>> {
        useContext('openDataset');
        return Dataset.open<T>(idOrName, options);
    }

    static async openKeyValueStore(
        idOrName?: StorageIdentifier | null,
        options?: { forceCloud?: boolean },
    ): Promise<KeyValueStore> {
        useContext('openKeyValueStore');
        return KeyValueStore.open(idOrName, options);
    }

    static async openRequestQueue(
        idOrName?: StorageIdentifier | null,
        options?: { forceCloud?: boolean },
    ): Promise<RequestQueue> {
        useContext('openRequestQueue');
        return RequestQueue.open(idOrName, options);
    }

    /** An object that is saved in a key-value store at each `persistState` and at the end of the run. */
    static async useState<State extends object>(
        name?: string,
        defaultValue?: State,
        options: { keyValueStoreName?: string | null } = {},
    ): Promise<State> {
        useContext('useState');
        const store = await openStore(options.keyValueStoreName);
        return store.getAutoSavedValue(name ?? 'APIFY_GLOBAL_STATE', defaultValue);
    }

    /** Shows a message on the run; returns the run. */
    static async setStatusMessage(message: string, options: StatusMessageOptions = {}): Promise<ClientRun | undefined> {
        const context = useContext('setStatusMessage');
        checkText('message', message);
        checkOptions('options', options, ['isStatusMessageTerminal', 'level']);
        await setStatusMessage(context, message, options);
        return context.client.run(context.env.ACTOR_RUN_ID ?? '').get();
    }

    /** Starts another Actor and waits for its end. */
    static async call(
        actorId: string,
        input?: unknown,
        options: Omit<CallOptions, 'timeout'> & ActorStartExtras = {},
    ): Promise<ClientRun> {
        return currentContext().client.actor(actorId).call(input, toStartOptions(options));
    }

    /** Starts another Actor. */
    static async start(
        actorId: string,
        input?: unknown,
        options: Omit<StartOptions, 'timeout'> & ActorStartExtras = {},
    ): Promise<ClientRun> {
        return currentContext().client.actor(actorId).start(input, toStartOptions(options));
    }

    /** Aborts a run. */
    static async abort(
        runId: string,
        options: { gracefully?: boolean; statusMessage?: string; token?: string } = {},
    ): Promise<ClientRun> {
        const { statusMessage, token: _, ...rest } = options;
        if (statusMessage) await Actor.setStatusMessage(statusMessage, { isStatusMessageTerminal: true });
        return currentContext().client.run(runId).abort(rest);
    }

    static getEnv(): ActorEnv {
        return readEnv(currentContext().env);
    }

    /** Whether this runs on the platform, or on what stands in for it: always true inside a run. */
    static isAtHome(): boolean {
        return true;
    }

    /** The client of the engine that the run belongs to. */
    static get apifyClient(): Client {
        return currentContext().client;
    }

    /** The same client as {@link Actor.apifyClient}, whatever token or address is given: nothing leaves the engine. */
    static newClient(_options?: Record<string, unknown>): Client {
        return currentContext().client;
    }

    static get config(): Configuration {
        return Configuration.getGlobalConfig();
    }

    /**
     * Starts a task and waits for the end of its run.
     *
     * @param taskId - Id, `name` or `username/name`.
     * @param input - Laid over the input that the task has, property by property.
     */
    static async callTask(
        taskId: string,
        input?: Record<string, unknown>,
        options: Omit<TaskCallOptions, 'timeout'> & ActorStartExtras = {},
    ): Promise<ClientRun> {
        return currentContext().client.task(taskId).call(input, toStartOptions(options));
    }

    /** Makes the run go on as another Actor, on the same storages. Does not return: the engine ends this Actor meanwhile. */
    static async metamorph(
        targetActorId: string,
        input?: unknown,
        options: MetamorphOptions & ReplacementOptions = {},
    ): Promise<void> {
        const context = useContext('metamorph');
        const { customAfterSleepMillis, ...rest } = options;
        await context.client.run(context.env.ACTOR_RUN_ID ?? '').metamorph(targetActorId, input, rest);
        await waitForRestart(context.env, { customAfterSleepMillis });
    }

    /** Starts this Actor anew, on the same storages, once its listeners have saved what they want to. Does not return. */
    static async reboot(options: ReplacementOptions = {}): Promise<void> {
        const context = useContext('reboot');
        await context.session.reboot(context, options);
    }

    /**
     * Adds a webhook for this run only, which sends one request for each type of event.
     *
     * @example
     * await Actor.addWebhook({ eventTypes: ['ACTOR.RUN.FAILED'], requestUrl: 'https://example.com/failed' });
     */
    static async addWebhook(options: RunWebhookOptions): Promise<ClientWebhook> {
        const { client, env } = currentContext();
        checkOptions('options', options, RUN_WEBHOOK_OPTIONS);
        const condition = { actorRunId: env.ACTOR_RUN_ID ?? '' };
        return client.webhooks().create({ ...options, isAdHoc: true, condition });
    }

    /**
     * Charges for an event, once or more; for fewer where they do not fit into what the run may cost. Does nothing but warn
     * where the Actor is not paid per event.
     *
     * @example
     * const { eventChargeLimitReached } = await Actor.charge({ eventName: 'page' });
     * if (eventChargeLimitReached) await Actor.exit();
     */
    static async charge(options: ChargeOptions): Promise<ChargeResult> {
        return useContext('charge').charging.charge(options);
    }

    /** What tells prices, counts and limits. */
    static getChargingManager(): ChargingManager {
        return useContext('getChargingManager').charging;
    }

    /** Undefined for options that ask for no proxy. Access to the engine's own proxy is taken for granted. */
    static async createProxyConfiguration(
        options?: ProxyConfigurationOptions & { useApifyProxy?: boolean; checkAccess?: boolean },
    ): Promise<ProxyConfiguration | undefined> {
        currentContext();
        return createProxyConfiguration(options);
    }
}

function useContext(method: string): RunContext {
    const context = currentContext();
    context.session.warnIfUninitialized(method);
    return context;
}

function toStartOptions<Options extends ActorStartExtras>({ token: _, timeout, ...options }: Options): StartOptions {
    const secs = timeout === 'inherit' ? remainingSecs() : timeout;
    return secs === undefined ? options : { ...options, timeout: secs };
}

function remainingSecs(): number | undefined {
    const { timeoutAt } = Actor.getEnv();
    if (timeoutAt !== null) return Math.max(1, Math.floor((timeoutAt.getTime() - Date.now()) / 1000));
    log.warning("`timeout: 'inherit'` has no effect: this run has no timeout.");
    return undefined;
}

/** An input as it was given: its secret fields are decrypted, if the run has the key. */
async function decryptInput<Input>({ env }: RunContext, stored: Input): Promise<Input> {
    const key = readSecretKey(env);
    if (key === undefined) return stored;
    const fields = await decryptSecrets(stored, key);
    return fields.length === 0 ? stored : { ...stored, ...Object.fromEntries(fields) };
}
