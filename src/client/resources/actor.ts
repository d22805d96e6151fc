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
import type { ActorClient, ClientActor } from '../../model/client/client.js';
import type { ClientRun, WaitOptions } from '../../model/client/run.js';
import type { CallOptions, Run, StartOptions } from '../../model/api/run.js';
import type { ClientContext, ClientServices } from '../services.js';

/** Option names of `start` or `call`. */
interface OptionKeys {
    readonly all: readonly string[];
    /** Options that may be in one object with an input. Not `seed`, which is a common name of inputs. */
    readonly besideInput: readonly string[];
}

const START_KEYS = toOptionKeys(START_OPTION_KEYS);
const CALL_KEYS = toOptionKeys(callOptionKeys(START_OPTION_KEYS));
const BODY_KEYS = toOptionKeys(START_BODY_KEYS).besideInput;

const BUILD_CHECKS = { tag: checkText, waitForFinish: checkedLater, useCache: checkFlag, betaPackages: checkFlag };

function toOptionKeys(all: readonly string[]): OptionKeys {
    return { all, besideInput: all.filter((key) => key !== 'seed') };
}

/** Methods that return clients of resources of an Actor. */
type SubresourceMethods = 'run' | 'runs' | 'lastRun' | 'webhooks' | 'builds' | 'defaultBuild' | 'version' | 'versions';

/** Creates the client of one Actor. */
export function createActorClient(context: ClientContext, idOrName: string): ActorClient {
    return { ...createMethods(context, idOrName), ...createSubresourceMethods(context, idOrName) };
}

function createMethods(context: ClientContext, idOrName: string): Omit<ActorClient, SubresourceMethods> {
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
            const build = builds.start(writableActorId(services, idOrName), versionNumber, request, cause);
            return asClientBuild(waitMillis === 0 ? build : await builds.waitForFinish(build.id, waitMillis));
        },
    };
}

function createSubresourceMethods(context: ClientContext, idOrName: string): Pick<ActorClient, SubresourceMethods> {
    const actorId = (): string => readableActorId(context.services, idOrName);
    return {
        run: (runId) => {
            checkId('runId', runId);
            return createRunClient(context, {
                find(services, how) {
                    const run = services.runs[how](runId);
                    const isOfActor = run?.actId === idOrName || run?.actId === findActor(services, idOrName)?.id;
                    return isOfActor ? run : undefined;
                },
                description: `run \`${runId}\` of Actor \`${idOrName}\``,
            });
        },
        runs: () => createRunCollectionClient(context, () => ({ actId: actorId() })),
        lastRun: (options) => {
            const findScope = (services: ClientServices): { actId: string } | undefined => {
                const actor = findActor(services, idOrName);
                return actor && { actId: actor.id };
            };
            return createLastRunClient(context, options, findScope, `Actor \`${idOrName}\``);
        },
        webhooks: () => createWebhookCollectionClient(context, () => ({ actorId: actorId() })),
        builds: () => createBuildCollectionClient(context, idOrName),
        defaultBuild: async (options = {}) => {
            const id = context.services.builds.defaultId(actorId());
            if (id === undefined) {
                const remedy =
                    'Create one with `build(versionNumber)`, or set `defaultRunOptions.build` to an existing one.';
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

/** Starts a run, with the arguments of {@link ActorClient.start}. */
export async function startActor(
    context: ClientContext,
    idOrName: string,
    input: unknown,
    options: StartOptions | undefined,
): Promise<Run> {
    return startRun(context, idOrName, parseCall(context, idOrName, START_KEYS, { input, options }));
}

/** Starts a run and waits for its end, with the arguments of {@link ActorClient.call}. */
export async function callActor(
    context: ClientContext,
    idOrName: string,
    input: unknown,
    options: (CallOptions & Pick<WaitOptions, 'signal'>) | undefined,
): Promise<ClientRun> {
    const call = parseCall(context, idOrName, CALL_KEYS, { input, options });
    return startAndWait(context, call.options, (startOptions) =>
        startRun(context, idOrName, { input: call.input, options: startOptions }),
    );
}

/** Parses the arguments of `start` and `call` in any of their forms. */
function parseCall<Options extends StartOptions>(
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

async function startRun(
    { services, cause }: ClientContext,
    idOrName: string,
    { input, options }: StartCall<StartOptions>,
): Promise<Run> {
    const id = readableActorId(services, idOrName);
    return services.runs.start(id, encodeRunInput(input, options.contentType), options, cause);
}
