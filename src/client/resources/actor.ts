import { START_BODY_KEYS, START_OPTION_KEYS } from '../../lifecycle/start-options.js';
import { checkFlag, checkOptions, checkText } from '../../util/check.js';
import { checkId, notFound, shortWaitMillis } from '../arguments.js';
import { checkActorUpdate } from './actors.js';
import { toRunInput } from '../values.js';
import { readStartBody, readStartArguments, type StartCall } from '../start-arguments.js';
import { ActorVersionCollectionResource, ActorVersionResource } from './versions.js';
import { asClientBuild, buildById, BuildResource, BuildCollectionResource } from './build.js';
import { asStartedRun, callOptionKeys, checkLastRunOptions, startAndWait } from '../started-run.js';
import { RunResource, RunCollectionResource } from './run.js';
import { WebhookCollectionResource } from './webhooks.js';
import type {
    ActorBuildOptions,
    ActorClient,
    ActorUpdate,
    ActorVersionClient,
    ActorVersionCollectionClient,
    BuildClient,
    BuildCollectionClient,
    ClientActor,
    ClientBuild,
    ClientRun,
    LastRunOptions,
    RunClient,
    RunCollectionClient,
    StartedRun,
    ValidateInputOptions,
    WaitOptions,
} from '../../model/client.js';
import type { CallOptions, Run, StartOptions } from '../../model/run.js';
import type { WebhookCollectionClient } from '../../model/webhook.js';
import type { ClientContext } from '../client-context.js';

const CALL_OPTION_KEYS = callOptionKeys(START_OPTION_KEYS);

/** Actors have inputs of that name, which must not be taken for the option: it is not found beside an input in one object. */
const isNoSeed = (key: string): boolean => key !== 'seed';

/** One Actor. */
export class ActorResource implements ActorClient {
    readonly #context: ClientContext;
    readonly #idOrName: string;

    constructor(context: ClientContext, idOrName: string) {
        this.#context = context;
        this.#idOrName = idOrName;
    }

    async get(): Promise<ClientActor | undefined> {
        return this.#context.host.actors.find(this.#idOrName) as ClientActor | undefined;
    }

    async update(fields: ActorUpdate): Promise<ClientActor> {
        checkActorUpdate(fields);
        const { actors } = this.#context.host;
        return actors.update(actors.idOf(this.#idOrName), fields) as ClientActor;
    }

    async delete(): Promise<void> {
        const { actors } = this.#context.host;
        const actor = actors.find(this.#idOrName);
        if (actor) await actors.remove(actor.id);
    }

    async start(input?: unknown, options?: StartOptions): Promise<StartedRun> {
        const call = this.#readCall(input, options, START_OPTION_KEYS);
        return asStartedRun(this.#context, await this.#begin(call.input, call.options));
    }

    async call(input?: unknown, options?: CallOptions & Pick<WaitOptions, 'signal'>): Promise<ClientRun> {
        const call = this.#readCall(input, options, CALL_OPTION_KEYS);
        return startAndWait(this.#context, call.options, (options) => this.#begin(call.input, options));
    }

    async validateInput(input?: unknown, options?: ValidateInputOptions): Promise<boolean> {
        checkOptions('options', options, ['build', 'contentType']);
        checkText('options.build', options?.build);
        const { actors } = this.#context.host;
        await actors.validateInput(this.#idOrName, toRunInput(input, options?.contentType), options?.build);
        return true;
    }

    run(runId: string): RunClient {
        checkId('runId', runId);
        const { actors, runs } = this.#context.host;
        const find = (): Run | undefined => {
            const run = runs.find(runId);
            const isOurs = run?.actId === this.#idOrName || run?.actId === actors.find(this.#idOrName)?.id;
            return isOurs ? run : undefined;
        };
        return new RunResource(this.#context, { find, sought: `run \`${runId}\` of Actor \`${this.#idOrName}\`` });
    }

    runs(): RunCollectionClient {
        const { actors, runs } = this.#context.host;
        return new RunCollectionResource((query) => {
            return runs.page({ ...query, actId: actors.idOf(this.#idOrName) });
        });
    }

    lastRun(options: LastRunOptions = {}): RunClient {
        checkLastRunOptions(options);
        const find = (): Run | undefined => {
            const { actors, runs } = this.#context.host;
            const actor = actors.find(this.#idOrName);
            return actor && runs.last({ ...options, actId: actor.id });
        };
        return new RunResource(this.#context, { find, sought: `last run of Actor \`${this.#idOrName}\`` });
    }

    webhooks(): WebhookCollectionClient {
        const { actors, webhooks } = this.#context.host;
        return new WebhookCollectionResource(webhooks, () => ({ actorId: actors.idOf(this.#idOrName) }));
    }

    async build(versionNumber: string, options: ActorBuildOptions = {}): Promise<ClientBuild> {
        checkId('versionNumber', versionNumber);
        checkOptions('options', options, ['tag', 'waitForFinish', 'useCache', 'betaPackages']);
        checkText('options.tag', options.tag);
        checkFlag('options.useCache', options.useCache);
        checkFlag('options.betaPackages', options.betaPackages);
        const { waitForFinish, ...request } = options;
        const waitMillis = shortWaitMillis(waitForFinish);
        const { host, cause } = this.#context;
        const actor = host.actors.require(this.#idOrName);
        const build = host.builds.start(actor.id, versionNumber, request, cause.origin);
        return asClientBuild(waitMillis === 0 ? build : await host.builds.waitForFinish(build.id, waitMillis));
    }

    builds(): BuildCollectionClient {
        const { actors, builds } = this.#context.host;
        return new BuildCollectionResource(() => builds.list(actors.idOf(this.#idOrName)));
    }

    async defaultBuild(options: { waitForFinish?: number } = {}): Promise<BuildClient> {
        const { host } = this.#context;
        const id = host.builds.defaultId(host.actors.idOf(this.#idOrName));
        if (id === undefined) {
            const remedy = 'Make one with `build(versionNumber)`, or point `defaultRunOptions.build` to another one.';
            throw notFound(`default build of Actor \`${this.#idOrName}\``, remedy);
        }
        const build = new BuildResource(host, buildById(host, id));
        await build.get(options);
        return build;
    }

    version(versionNumber: string): ActorVersionClient {
        checkId('versionNumber', versionNumber);
        return new ActorVersionResource(this.#context.host, this.#idOrName, versionNumber);
    }

    versions(): ActorVersionCollectionClient {
        return new ActorVersionCollectionResource(this.#context.host, this.#idOrName);
    }

    #readCall<Options extends StartOptions>(
        input: unknown,
        options: Options | undefined,
        known: readonly string[],
    ): StartCall<Options> {
        const { actors } = this.#context.host;
        const inputProperties = (): readonly string[] | undefined => {
            const actor = actors.find(this.#idOrName);
            return actor && actors.inputProperties(actor.id);
        };
        const call = readStartArguments(input, options, known.filter(isNoSeed), inputProperties);
        checkOptions('options', call.options, known);
        return readStartBody(call, START_BODY_KEYS.filter(isNoSeed), inputProperties);
    }

    async #begin(input: unknown, options: StartOptions): Promise<Run> {
        const { host, cause } = this.#context;
        const id = host.actors.idOf(this.#idOrName);
        return host.runs.start(id, toRunInput(input, options.contentType), options, cause);
    }
}
