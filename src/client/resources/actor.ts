import { START_BODY_KEYS, START_OPTION_KEYS } from '../../lifecycle/start-options.js';
import { checkFlag, checkOptions, checkText } from '../../util/check.js';
import { actorIdOf, findActor, ownActorId } from '../access.js';
import { checkId, notFound, shortWaitMillis } from '../arguments.js';
import { checkActorUpdate } from './actors.js';
import { toRunInput } from '../values.js';
import { readStartBody, readStartArguments, type StartCall } from '../start-arguments.js';
import { ActorVersionCollectionResource, ActorVersionResource } from './versions.js';
import { asClientBuild, BuildResource, BuildCollectionResource } from './build.js';
import { asStartedRun, callOptionKeys, checkLastRunOptions, startAndWait } from '../started-run.js';
import { RunResource, RunCollectionResource, type RunLocator } from './run.js';
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
import type { ClientContext, ClientServices } from '../services.js';

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
        return findActor(this.#context.services, this.#idOrName) as ClientActor | undefined;
    }

    async update(fields: ActorUpdate): Promise<ClientActor> {
        checkActorUpdate(fields);
        const { services } = this.#context;
        return services.actors.update(ownActorId(services, this.#idOrName), fields) as ClientActor;
    }

    async delete(): Promise<void> {
        const { services } = this.#context;
        const actor = findActor(services, this.#idOrName);
        if (actor) await services.actors.remove(ownActorId(services, actor.id));
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
        const { services } = this.#context;
        const id = actorIdOf(services, this.#idOrName);
        await services.actors.validateInput(id, toRunInput(input, options?.contentType), options?.build);
        return true;
    }

    run(runId: string): RunClient {
        checkId('runId', runId);
        const find: RunLocator['find'] = (services, how) => {
            const run = services.runs[how](runId);
            const isOurs = run?.actId === this.#idOrName || run?.actId === findActor(services, this.#idOrName)?.id;
            return isOurs ? run : undefined;
        };
        return new RunResource(this.#context, { find, sought: `run \`${runId}\` of Actor \`${this.#idOrName}\`` });
    }

    runs(): RunCollectionClient {
        return new RunCollectionResource(this.#context, (services) => ({ actId: actorIdOf(services, this.#idOrName) }));
    }

    lastRun(options: LastRunOptions = {}): RunClient {
        checkLastRunOptions(options);
        const find: RunLocator['find'] = (services) => {
            const actor = findActor(services, this.#idOrName);
            return actor && services.runs.last({ ...options, actId: actor.id, isOf: services.viewer.owns });
        };
        return new RunResource(this.#context, { find, sought: `last run of Actor \`${this.#idOrName}\`` });
    }

    webhooks(): WebhookCollectionClient {
        const scope = (services: ClientServices) => ({ actorId: actorIdOf(services, this.#idOrName) });
        return new WebhookCollectionResource(this.#context, scope);
    }

    async build(versionNumber: string, options: ActorBuildOptions = {}): Promise<ClientBuild> {
        checkId('versionNumber', versionNumber);
        checkOptions('options', options, ['tag', 'waitForFinish', 'useCache', 'betaPackages']);
        checkText('options.tag', options.tag);
        checkFlag('options.useCache', options.useCache);
        checkFlag('options.betaPackages', options.betaPackages);
        const { waitForFinish, ...request } = options;
        const waitMillis = shortWaitMillis(waitForFinish);
        const { services, cause } = this.#context;
        const { builds } = services;
        const build = builds.start(ownActorId(services, this.#idOrName), versionNumber, request, cause.origin);
        return asClientBuild(waitMillis === 0 ? build : await builds.waitForFinish(build.id, waitMillis));
    }

    builds(): BuildCollectionClient {
        return new BuildCollectionResource(this.#context, this.#idOrName);
    }

    async defaultBuild(options: { waitForFinish?: number } = {}): Promise<BuildClient> {
        const { services } = this.#context;
        const id = services.builds.defaultId(actorIdOf(services, this.#idOrName));
        if (id === undefined) {
            const remedy = 'Make one with `build(versionNumber)`, or point `defaultRunOptions.build` to another one.';
            throw notFound(`default build of Actor \`${this.#idOrName}\``, remedy);
        }
        const build = new BuildResource(this.#context, id);
        await build.get(options);
        return build;
    }

    version(versionNumber: string): ActorVersionClient {
        checkId('versionNumber', versionNumber);
        return new ActorVersionResource(this.#context, this.#idOrName, versionNumber);
    }

    versions(): ActorVersionCollectionClient {
        return new ActorVersionCollectionResource(this.#context, this.#idOrName);
    }

    #readCall<Options extends StartOptions>(
        input: unknown,
        options: Options | undefined,
        known: readonly string[],
    ): StartCall<Options> {
        const inputProperties = (): readonly string[] | undefined => {
            const { services } = this.#context;
            const actor = findActor(services, this.#idOrName);
            return actor && services.actors.inputProperties(actor.id);
        };
        const call = readStartArguments(input, options, known.filter(isNoSeed), inputProperties);
        checkOptions('options', call.options, known);
        return readStartBody(call, START_BODY_KEYS.filter(isNoSeed), inputProperties);
    }

    async #begin(input: unknown, options: StartOptions): Promise<Run> {
        const { services, cause } = this.#context;
        const id = actorIdOf(services, this.#idOrName);
        return services.runs.start(id, toRunInput(input, options.contentType), options, cause);
    }
}
