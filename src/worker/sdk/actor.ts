import { checkOptions, checkText } from '../../util/check.js';
import { RUN_WEBHOOK_OPTIONS, toStartOptions, type ActorStartExtras, type RunWebhookOptions } from './call-options.js';
import { Configuration, setGlobalConfig } from './configuration.js';
import { currentContext, findContext, type RunContext } from './context.js';
import { Dataset } from './storages/dataset.js';
import { readEnv, type ActorEnv } from './env.js';
import { KeyValueStore, openStore, type SetValueOptions } from './storages/key-value-store.js';
import {
    createProxyConfiguration,
    type ProxyConfiguration,
    type ProxyConfigurationOptions,
} from './proxy-configuration.js';
import { pushData } from './storages/push-data.js';
import type { PlatformEventManager } from './platform-event-manager.js';
import { RequestQueue } from './storages/request-queue.js';
import {
    setStatusMessage,
    waitForRestart,
    type InitOptions,
    type MainOptions,
    type ReplacementOptions,
    type StatusMessageOptions,
} from './session.js';
import { warnOfUnknownEvent, type ActorEventListener, type ActorEvents, type ExitOptions } from './events.js';
import { decryptSecrets, readSecretKey } from '../../protocol/input-secrets.js';
import type { Client } from '../../model/client/client.js';
import type { ClientRun } from '../../model/client/run.js';
import type { ClientWebhook } from '../../model/api/webhook.js';
import type { CallOptions, MetamorphOptions, StartOptions } from '../../model/api/run.js';
import type { Item } from '../../model/api/storage.js';
import type { TaskCallOptions } from '../../model/api/task.js';
import type { ChargeOptions, ChargeResult, ChargingManager } from './charging-manager.js';
import type { StorageIdentifier } from './storages/open-storage.js';

/** The static methods that each instance has too. `main` and `init` differ: they apply the instance's configuration. */
const SHARED_METHODS = [
    'abort',
    'addWebhook',
    'call',
    'callTask',
    'charge',
    'createProxyConfiguration',
    'exit',
    'fail',
    'getChargingManager',
    'getEnv',
    'getInput',
    'getInputOrThrow',
    'getValue',
    'isAtHome',
    'metamorph',
    'newClient',
    'off',
    'on',
    'openDataset',
    'openKeyValueStore',
    'openRequestQueue',
    'pushData',
    'reboot',
    'setStatusMessage',
    'setValue',
    'start',
    'useState',
] as const;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the methods are added to the prototype below
export interface Actor extends Pick<typeof Actor, (typeof SHARED_METHODS)[number]> {}

/**
 * The API of an Actor for its own run: lifecycle, storages, events, and starting other Actors. An instance has the same
 * methods, and a configuration of its own, which `init()` or `main()` applies to the run.
 *
 * Outside of a run, all methods except {@link Actor.isAtHome} throw {@link EngineError} `run-gone`. Source: the class
 * `Actor` of the platform's SDK for JavaScript.
 *
 * @example
 * await Actor.init();
 * const input = await Actor.getInput();
 * await Actor.pushData({ url: input.url });
 * await Actor.exit();
 */
export class Actor {
    static #default: Actor | undefined;
    readonly #ownConfig: Configuration | undefined;

    /** @param options - Values of the instance's configuration, which count unless an environment variable sets them. */
    constructor(options: Record<string, unknown> = {}) {
        if (Object.keys(options).length > 0) this.#ownConfig = new Configuration(options);
    }

    /** Returns the instance whose methods are the static ones. */
    static getDefaultInstance(): Actor {
        return (Actor.#default ??= new Actor());
    }

    /** The configuration of this instance; by default, that of the run. */
    get config(): Configuration {
        return this.#ownConfig ?? Configuration.getGlobalConfig();
    }

    /** The client of the engine that executes the run. */
    get apifyClient(): Client {
        return currentContext().client;
    }

    /** The events of the run. */
    get eventManager(): PlatformEventManager {
        return this.config.getEventManager();
    }

    /** True once the run has been initialized, by any instance. */
    get initialized(): boolean {
        return currentContext().session.isInitialized;
    }

    /** Applies the configuration of this instance, then acts as the static {@link Actor.main}. */
    async main<Output>(run: () => Output | Promise<Output>, options?: MainOptions): Promise<Output | undefined> {
        await this.#applyConfig();
        return Actor.main(run, options);
    }

    /** Applies the configuration of this instance, then acts as the static {@link Actor.init}. */
    async init(options: InitOptions = {}): Promise<void> {
        await this.#applyConfig();
        return Actor.init(options);
    }

    async #applyConfig(): Promise<void> {
        const context = currentContext();
        if (this.#ownConfig === undefined || context.session.isInitialized) return;
        setGlobalConfig(this.#ownConfig);
        await applyChargingConfig(context, this.#ownConfig);
    }

    /**
     * Runs an Actor from beginning to end: calls {@link Actor.init}, then `run`, then {@link Actor.exit}. If `run`
     * throws, the error is logged and the run fails with exit code 91.
     *
     * @returns The result of `run`; undefined if it threw.
     * @throws TypeError if `run` is not a function; {@link EngineError} `invalid-value` or `unknown-option` for invalid
     *   options.
     */
    static async main<Output>(run: () => Output | Promise<Output>, options?: MainOptions): Promise<Output | undefined> {
        const context = currentContext();
        if (typeof run !== 'function') throw new TypeError(`Actor.main() requires a function, not ${typeof run}.`);
        return context.session.main(context, run, options);
    }

    /**
     * Initializes the Actor: emits `persistState` at intervals and, unless turned off, ends the run after `aborting`
     * and reboots it after `migrating`. Later calls have no effect.
     *
     * @throws {@link EngineError} `invalid-value` or `unknown-option` for invalid options.
     */
    static async init(options: InitOptions = {}): Promise<void> {
        const context = currentContext();
        context.session.init(context, options);
    }

    /**
     * Ends the run successfully: emits `persistState` and `exit`, waits for their listeners, sets the status message
     * and exits.
     *
     * @param messageOrOptions - The final status message, or options.
     * @throws {@link EngineError} `invalid-value` or `unknown-option` for invalid options.
     */
    static async exit(messageOrOptions?: string | ExitOptions, options: ExitOptions = {}): Promise<void> {
        const context = currentContext();
        return context.session.exit(context, messageOrOptions, options);
    }

    /** Ends the run as failed, otherwise like {@link Actor.exit}. Default of `exitCode`: 1. */
    static async fail(messageOrOptions?: string | ExitOptions, options: ExitOptions = {}): Promise<void> {
        return Actor.exit(messageOrOptions, {
            exitCode: (messageOrOptions as ExitOptions | undefined)?.exitCode ?? 1,
            ...options,
        });
    }

    /**
     * Adds a listener for an event of the run. A listener for `aborting` that is added after the event is called at
     * once. Events: see {@link ActorEvents}.
     */
    static on<Name extends keyof ActorEvents>(event: Name, listener: ActorEventListener<Name>): void {
        currentContext().events.on(event, listener);
        warnOfUnknownEvent(event);
    }

    /** Removes one listener of an event; without a listener, all of them. */
    static off<Name extends keyof ActorEvents>(event: Name, listener?: ActorEventListener<Name>): void {
        currentContext().events.off(event, listener);
    }

    /**
     * Returns the input of the run with its secret fields decrypted; null if the run has no input.
     *
     * @throws Error if a secret field cannot be decrypted.
     */
    static async getInput<T = unknown>(): Promise<T | null> {
        const context = requireContext('getInput');
        const stored = await KeyValueStore.getValue<T>(context.env.ACTOR_INPUT_KEY || 'INPUT');
        return decryptInput(context, stored);
    }

    /**
     * Returns the input of the run with its secret fields decrypted.
     *
     * @throws Error if the run has no input, or a secret field cannot be decrypted.
     */
    static async getInputOrThrow<T = unknown>(): Promise<T> {
        const input = await Actor.getInput<T>();
        if (input === null) throw new Error('The run has no input. Start it with one.');
        return input;
    }

    /**
     * Appends items to the run's default dataset. If the Actor is pay-per-event, appends only as many as the run's cost
     * limit allows, and charges for them.
     *
     * @param eventName - An event to charge for, once for each item.
     * @returns Result of the charges; without charges, `chargedCount` is 0.
     * @throws {@link EngineError} `invalid-value` for an item that is not an object or cannot be serialized to JSON,
     *   `request-too-large` for an item above 9 MB; nothing is pushed then.
     */
    static async pushData(items: object | object[], eventName?: string): Promise<ChargeResult> {
        const context = requireContext('pushData');
        checkText('eventName', eventName);
        const { id } = await Dataset.open();
        return pushData({ context, datasetId: id, items }, eventName);
    }

    /**
     * Returns a value of the run's default key-value store; null if it does not exist. See {@link
     * KeyValueStore.getValue}.
     */
    static async getValue<T = unknown>(key: string): Promise<T | null> {
        requireContext('getValue');
        return KeyValueStore.getValue<T>(key);
    }

    /**
     * Stores a value in the run's default key-value store; null deletes it. See {@link KeyValueStore.setValue}.
     *
     * @throws {@link EngineError} `invalid-record-key`, `invalid-value`.
     */
    static async setValue(key: string, value: unknown, options: SetValueOptions = {}): Promise<void> {
        requireContext('setValue');
        return KeyValueStore.setValue(key, value, options);
    }

    /**
     * Opens a dataset by id, name or alias; without one, the run's default dataset. See {@link Dataset.open}.
     *
     * @param options - `forceCloud` is accepted for compatibility and ignored.
     * @throws {@link EngineError} `record-not-found` for an unknown id or alias.
     */
    static async openDataset<T extends object = Item>(
        idOrName?: StorageIdentifier | null,
        options: { forceCloud?: boolean } = {},
    ): Promise<Dataset<T>> {
        requireContext('openDataset');
        return Dataset.open<T>(idOrName, options);
    }

    /**
     * Opens a key-value store by id, name or alias; without one, the run's default store. See {@link
     * KeyValueStore.open}.
     *
     * @param options - `forceCloud` is accepted for compatibility and ignored.
     * @throws {@link EngineError} `record-not-found` for an unknown id or alias.
     */
    static async openKeyValueStore(
        idOrName?: StorageIdentifier | null,
        options: { forceCloud?: boolean } = {},
    ): Promise<KeyValueStore> {
        requireContext('openKeyValueStore');
        return KeyValueStore.open(idOrName, options);
    }

    /**
     * Opens a request queue by id, name or alias; without one, the run's default queue. See {@link RequestQueue.open}.
     *
     * @param options - `forceCloud` is accepted for compatibility and ignored.
     * @throws {@link EngineError} `record-not-found` for an unknown id or alias.
     */
    static async openRequestQueue(
        idOrName?: StorageIdentifier | null,
        options: { forceCloud?: boolean } = {},
    ): Promise<RequestQueue> {
        requireContext('openRequestQueue');
        return RequestQueue.open(idOrName, options);
    }

    /**
     * Returns an object that is saved to a key-value store at each `persistState` event and at the end of the run.
     * Calls with the same name return the same object.
     *
     * @param name - Key of the record. Default: `APIFY_GLOBAL_STATE`.
     * @param defaultValue - Initial value if the record does not exist. Default: `{}`.
     * @param options - `keyValueStoreName` selects the store. Default: the run's default store.
     */
    static async useState<State extends object>(
        name?: string,
        defaultValue: State = {} as State,
        options: { keyValueStoreName?: string | null } = {},
    ): Promise<State> {
        requireContext('useState');
        const store = await openStore(options.keyValueStoreName);
        return store.getAutoSavedValue(name ?? 'APIFY_GLOBAL_STATE', defaultValue);
    }

    /**
     * Sets the status message of the run and logs it; returns the run.
     *
     * @throws {@link EngineError} `invalid-value` or `unknown-option` for invalid arguments.
     */
    static async setStatusMessage(message: string, options?: StatusMessageOptions): Promise<ClientRun | undefined> {
        const context = requireContext('setStatusMessage');
        checkText('message', message);
        checkOptions('options', options, ['isStatusMessageTerminal', 'level']);
        await setStatusMessage(context, message, options ?? {});
        return context.client.run(context.env.ACTOR_RUN_ID ?? '').get();
    }

    /**
     * Starts another Actor and waits for its run to finish.
     *
     * @param actorId - Id, `name` or `username/name`.
     * @returns The finished run, also if it did not succeed.
     * @throws {@link EngineError} `actor-not-found` and the errors of a start, such as `invalid-input`.
     */
    static async call(
        actorId: string,
        input?: unknown,
        options: Omit<CallOptions, 'timeout'> & ActorStartExtras = {},
    ): Promise<ClientRun> {
        return currentContext().client.actor(actorId).call(input, toStartOptions(options));
    }

    /**
     * Starts another Actor and returns its run without waiting for it.
     *
     * @param actorId - Id, `name` or `username/name`.
     * @throws {@link EngineError} `actor-not-found` and the errors of a start, such as `invalid-input`.
     */
    static async start(
        actorId: string,
        input?: unknown,
        options: Omit<StartOptions, 'timeout'> & ActorStartExtras = {},
    ): Promise<ClientRun> {
        return currentContext().client.actor(actorId).start(input, toStartOptions(options));
    }

    /**
     * Aborts a run.
     *
     * @param options - `gracefully` emits `aborting` and gives the Actor 30 seconds (default: false). `statusMessage`
     *   is set on this run first. `token` is accepted for compatibility and ignored.
     * @throws {@link EngineError} `record-not-found`.
     */
    static async abort(
        runId: string,
        options: { gracefully?: boolean; statusMessage?: string; token?: string } = {},
    ): Promise<ClientRun> {
        const { statusMessage, token: _, ...rest } = options;
        if (statusMessage) await Actor.setStatusMessage(statusMessage, { isStatusMessageTerminal: true });
        return currentContext().client.run(runId).abort(rest);
    }

    /** Returns the environment variables of the run under their camelCase names. */
    static getEnv(): ActorEnv {
        return readEnv(currentContext().env);
    }

    /**
     * True on the platform or in greenroom: always inside a run, unless the Actor has removed the variable
     * `APIFY_IS_AT_HOME` to act as on a developer's machine.
     */
    static isAtHome(): boolean {
        return Boolean((findContext()?.env ?? process.env).APIFY_IS_AT_HOME);
    }

    /** The client of the engine that executes the run. */
    static get apifyClient(): Client {
        return currentContext().client;
    }

    /**
     * Returns {@link Actor.apifyClient}. Options such as token and address are ignored: no request leaves the engine.
     */
    static newClient(_options: Record<string, unknown> = {}): Client {
        return currentContext().client;
    }

    /** The configuration of the run. */
    static get config(): Configuration {
        return Configuration.getGlobalConfig();
    }

    /**
     * Starts a task and waits for its run to finish.
     *
     * @param taskId - Id, `name` or `username/name`.
     * @param input - Properties that override those of the task's input.
     * @returns The finished run, also if it did not succeed.
     * @throws {@link EngineError} `record-not-found` and the errors of a start.
     */
    static async callTask(
        taskId: string,
        input?: Record<string, unknown>,
        options: Omit<TaskCallOptions, 'timeout'> & ActorStartExtras = {},
    ): Promise<ClientRun> {
        return currentContext().client.task(taskId).call(input, toStartOptions(options));
    }

    /**
     * Continues the run as another Actor, on the same storages. Does not return: the engine ends this Actor.
     *
     * @param targetActorId - Id, `name` or `username/name`.
     * @throws {@link EngineError} `actor-not-found`, `max-metamorphs-exceeded`, `metamorph-forbidden`.
     */
    static async metamorph(
        targetActorId: string,
        input?: unknown,
        options: MetamorphOptions & ReplacementOptions = {},
    ): Promise<void> {
        const context = requireContext('metamorph');
        const { customAfterSleepMillis, ...rest } = options;
        await context.client.run(context.env.ACTOR_RUN_ID ?? '').metamorph(targetActorId, input, rest);
        await waitForRestart(context.env, { customAfterSleepMillis });
    }

    /**
     * Restarts this Actor on the same storages after the listeners for `persistState` and `migrating` have finished.
     * Does not return.
     */
    static async reboot(options: ReplacementOptions = {}): Promise<void> {
        const context = requireContext('reboot');
        await context.session.reboot(context, options);
    }

    /**
     * Adds an ad-hoc webhook for this run. It sends one request for each event.
     *
     * @returns The webhook.
     * @throws {@link EngineError} `unknown-option`, and `invalid-value` for missing or invalid fields.
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
     * Charges for one or more occurrences of an event; for fewer if the run's cost limit does not allow all of them. If
     * the Actor is not pay-per-event, only logs a warning.
     *
     * @throws {@link EngineError} `invalid-value` for invalid options; nothing is charged then.
     * @example
     * const { eventChargeLimitReached } = await Actor.charge({ eventName: 'page' });
     * if (eventChargeLimitReached) await Actor.exit();
     */
    static async charge(options: ChargeOptions): Promise<ChargeResult> {
        return requireContext('charge').charging.charge(options);
    }

    /** Returns the charging manager of the run: prices, counts and limits. */
    static getChargingManager(): ChargingManager {
        return requireContext('getChargingManager').charging;
    }

    /**
     * Creates a proxy configuration; undefined if `useApifyProxy` is false and no `proxyUrls` are given.
     *
     * @param options - `checkAccess` is accepted for compatibility and ignored: access to the engine's proxy is always
     *   granted.
     * @throws Error if no proxy password is available; {@link EngineError} `invalid-value` or `unknown-option` for
     *   invalid options.
     */
    static async createProxyConfiguration(
        options: ProxyConfigurationOptions & { useApifyProxy?: boolean } = {},
    ): Promise<ProxyConfiguration | undefined> {
        currentContext();
        return createProxyConfiguration(options);
    }
}

for (const name of SHARED_METHODS) {
    Object.defineProperty(Actor.prototype, name, { value: Actor[name], writable: true, configurable: true });
}

const CHARGING_LOG = 'charging_log';

/** Applies the options for trying out charges on a developer's machine. */
async function applyChargingConfig(context: RunContext, config: Configuration): Promise<void> {
    const isLogged = config.get('useChargingLogDataset') === true;
    if (!isLogged && config.get('testPayPerEvent') !== true) return;
    if (Actor.isAtHome()) {
        const options = '`testPayPerEvent` and `useChargingLogDataset`';
        throw new Error(`${options} work only in a local run: remove the variable APIFY_IS_AT_HOME first.`);
    }
    const dataset = isLogged ? await Dataset.open({ alias: CHARGING_LOG }) : undefined;
    context.charging.chargeLocally(config, dataset && ((charge) => dataset.pushData({ ...charge })));
}

function requireContext(method: string): RunContext {
    const context = currentContext();
    context.session.warnIfUninitialized(method);
    return context;
}

/** Decrypts the secret fields of an input, if the run has the key. */
async function decryptInput<Input>({ env }: RunContext, stored: Input): Promise<Input> {
    const key = readSecretKey(env);
    if (key === undefined) return stored;
    const fields = await decryptSecrets(stored, key);
    return fields.length === 0 ? stored : { ...stored, ...Object.fromEntries(fields) };
}
