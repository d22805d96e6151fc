import { START_BODY_KEYS, START_OPTION_KEYS } from '../../run/start/start-options.js';
import { checkedLater, checkEach, checkFlag, checkOptions, checkText } from '../../util/check.js';
import { readableActorId, findActor, writableActorId } from '../access.js';
import { checkId, notFoundError, toShortWaitMillis } from '../arguments.js';
import { checkActorUpdate } from './actors.js';
import { isBytes, encodeRunInput } from '../../storage/key-value-store/record-values.js';
import { parseStartBody, parseStartArguments, type StartCall } from '../parse-start-arguments.js';
import { createVersionClient, createVersionCollectionClient } from './versions.js';
import { asClientBuild, createBuildClient, createBuildCollectionClient } from './build.js';
import { toStartedRun, callOptionKeys, createLastRunClient, startAndWait } from '../started-run.js';
import { createRunClient, createRunCollectionClient } from './run.js';
import { createWebhookCollectionClient } from './webhooks.js';
import type { ActorClient, ClientActor, ClientRun, WaitOptions } from '../../model/client/client.js';
import type { CallOptions, Run, StartOptions } from '../../model/api/run.js';
import type { ClientContext, ClientServices } from '../services.js';

/** The names of the options of a start or a call. */
interface OptionKeys {
    readonly all: readonly string[];
    /** The names that can stand beside an input in one object: Actors have inputs that are named `seed`. */
    readonly besideInput: readonly string[];
}

const START_KEYS = optionKeys(START_OPTION_KEYS);
const CALL_KEYS = optionKeys(callOptionKeys(START_OPTION_KEYS));
const BODY_KEYS = optionKeys(START_BODY_KEYS).besideInput;

const BUILD_CHECKS = { tag: checkText, waitForFinish: checkedLater, useCache: checkFlag, betaPackages: checkFlag };

function optionKeys(all: readonly string[]): OptionKeys {
    return { all, besideInput: all.filter((key) => key !== 'seed') };
}

/** Methods that lead to what belongs to an Actor. */
type ActorParts = 'run' | 'runs' | 'lastRun' | 'webhooks' | 'builds' | 'defaultBuild' | 'version' | 'versions';

/** One Actor. */
export function createActorClient(context: ClientContext, idOrName: string): ActorClient {
    return { ...actorMethods(context, idOrName), ...actorParts(context, idOrName) };
}

function actorMethods(context: ClientContext, idOrName: string): Omit<ActorClient, ActorParts> {
    return {
        get: async () => findActor(context.services, idOrName) as ClientActor | undefined,
        update: async (fields) => {
            checkActorUpdate(fields);
            const { services } = context;
            return services.actors.update(writableActorId(services, idOrName), fields) as ClientActor;
        },
        delete: async () => {
            const { services } = context;
            const actor = findActor(services, idOrName);
            if (actor) await services.actors.remove(writableActorId(services, actor.id));
        },
        start: async (input, options) => toStartedRun(context, await startActor(context, idOrName, input, options)),
        call: async (input, options) => callActor(context, idOrName, input, options),
        validateInput: async (input, options) => {
            checkEach('options', options, { build: checkText, contentType: checkedLater });
            const { services } = context;
            const id = readableActorId(services, idOrName);
            await services.actors.validateInput(id, encodeRunInput(input, options?.contentType), options?.build);
            return true;
        },
        build: async (versionNumber, options = {}) => {
            checkId('versionNumber', versionNumber);
            checkEach('options', options, BUILD_CHECKS);
            const { waitForFinish, ...request } = options;
            const waitMillis = toShortWaitMillis(waitForFinish);
            const { services, cause } = context;
            const { builds } = services;
            const build = builds.start(writableActorId(services, idOrName), versionNumber, request, cause.origin);
            return asClientBuild(waitMillis === 0 ? build : await builds.waitForFinish(build.id, waitMillis));
        },
    };
}

function actorParts(context: ClientContext, idOrName: string): Pick<ActorClient, ActorParts> {
    const actorId = (): string => readableActorId(context.services, idOrName);
    return {
        run: (runId) => {
            checkId('runId', runId);
            return createRunClient(context, {
                find(services, how) {
                    const run = services.runs[how](runId);
                    const isOurs = run?.actId === idOrName || run?.actId === findActor(services, idOrName)?.id;
                    return isOurs ? run : undefined;
                },
                description: `run \`${runId}\` of Actor \`${idOrName}\``,
            });
        },
        runs: () => createRunCollectionClient(context, () => ({ actId: actorId() })),
        lastRun: (options) => {
            const scopeOf = (services: ClientServices): { actId: string } | undefined => {
                const actor = findActor(services, idOrName);
                return actor && { actId: actor.id };
            };
            return createLastRunClient(context, options, scopeOf, `Actor \`${idOrName}\``);
        },
        webhooks: () => createWebhookCollectionClient(context, () => ({ actorId: actorId() })),
        builds: () => createBuildCollectionClient(context, idOrName),
        defaultBuild: async (options = {}) => {
            const id = context.services.builds.defaultId(actorId());
            if (id === undefined) {
                const remedy =
                    'Make one with `build(versionNumber)`, or point `defaultRunOptions.build` to another one.';
                throw notFoundError(`default build of Actor \`${idOrName}\``, remedy);
            }
            const build = createBuildClient(context, id);
            await build.get(options);
            return build;
        },
        version: (versionNumber) => {
            checkId('versionNumber', versionNumber);
            return createVersionClient(context, idOrName, versionNumber);
        },
        versions: () => createVersionCollectionClient(context, idOrName),
    };
}

/** Starts a run of an Actor, by the arguments of {@link ActorClient.start}. */
export async function startActor(
    context: ClientContext,
    idOrName: string,
    input: unknown,
    options: StartOptions | undefined,
): Promise<Run> {
    return begin(context, idOrName, readCall(context, idOrName, START_KEYS, { input, options }));
}

/** Starts a run of an Actor and waits for its end, by the arguments of {@link ActorClient.call}. */
export async function callActor(
    context: ClientContext,
    idOrName: string,
    input: unknown,
    options: (CallOptions & Pick<WaitOptions, 'signal'>) | undefined,
): Promise<ClientRun> {
    const call = readCall(context, idOrName, CALL_KEYS, { input, options });
    return startAndWait(context, call.options, (startOptions) =>
        begin(context, idOrName, { input: call.input, options: startOptions }),
    );
}

/** Reads the arguments of `start` and `call`, in any of their forms. */
function readCall<Options extends StartOptions>(
    { services }: ClientContext,
    idOrName: string,
    keys: OptionKeys,
    { input, options }: { input: unknown; options: Options | undefined },
): StartCall<Options> {
    const inputProperties = (): readonly string[] | undefined => {
        const actor = findActor(services, idOrName);
        return actor && services.actors.inputProperties(actor.id);
    };
    const call = parseStartArguments(input, options, keys.besideInput, inputProperties);
    checkOptions('options', call.options, keys.all);
    return isBytes(call.input) ? parseStartBody(call, BODY_KEYS, inputProperties) : call;
}

async function begin(
    { services, cause }: ClientContext,
    idOrName: string,
    { input, options }: StartCall<StartOptions>,
): Promise<Run> {
    const id = readableActorId(services, idOrName);
    return services.runs.start(id, encodeRunInput(input, options.contentType), options, cause);
}
