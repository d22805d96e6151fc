import { decryptEnvVars, type BuildDocument } from '../../actors/builds/builds.js';
import { parseMemoryExpression } from '../../actors/definition/memory-expression.js';
import { pricingAt, resolveTiers } from '../../actors/definition/pricing.js';
import { prepareInputFor } from '../../actors/input/prepare-input.js';
import { resolveRunnable } from '../../actors/source/actor-source.js';
import { decryptSecrets, SECRET_KEY_VARIABLE, SECRET_PASSPHRASE_VARIABLE } from '../../protocol/input-secrets.js';
import { isJsonType } from '../../util/json/json.js';
import type { ActorOfRun, InputRules, RunSecrets, RunTarget, RunTargets } from '../../run/interfaces.js';
import type { Build } from '../../model/api/actor.js';
import type { RunInput } from '../../model/api/run-document.js';
import type { SecretKeyring } from '../../actors/input/secret-keys.js';
import type { StoredActor } from '../../actors/stored-actor.js';
import type { Building } from './building.js';

/** Resolves the Actors and builds that runs execute. */
export class EngineRunTargets implements RunTargets {
    readonly #building: Building;

    constructor(building: Building) {
        this.#building = building;
    }

    find(actorId: string, tagOrNumber: string | undefined): RunTarget {
        const { actors } = this.#building;
        const actor = actors.peek(actorId);
        return this.#createTarget(actor, actors.resolveBuild(actor, tagOrNumber));
    }

    async resolve(actorId: string, tagOrNumber: string | undefined): Promise<RunTarget> {
        const { actors } = this.#building;
        const actor = actors.peek(actorId);
        return this.#createTarget(actor, await actors.currentBuild(actor, tagOrNumber));
    }

    buildNumberOf(buildId: string): string {
        return this.#building.builds.require(buildId).build.buildNumber;
    }

    #createTarget(actor: Readonly<StoredActor>, { build, blueprint }: BuildDocument): RunTarget {
        const { dependencies, keys } = this.#building;
        const isFunction = blueprint.isFunction === true;
        const secretEnvVars = decryptEnvVars(blueprint, dependencies.secrets);
        const schema = build.actorDefinition?.input;
        const expression = build.actorDefinition?.defaultMemoryMbytes;
        const pricing = pricingAt(actor.pricingInfos, dependencies.clock.now());
        return {
            // A copy: later changes of the name, the tags or the permission level do not apply to this run.
            actor: copyActor(actor),
            build,
            envVars: { ...blueprint.envVars, ...secretEnvVars },
            secrets: Object.values(secretEnvVars),
            memory: blueprint.memory,
            calculateMemory: typeof expression === 'string' ? createMemoryCalculation(expression) : undefined,
            pricing: pricing && resolveTiers(pricing),
            isolation: isFunction ? 'inline' : actor.isolation,
            isFunction,
            input: schema && createInputRules(build, schema, keys),
            resolveRunnable: () => resolveRunnable(blueprint),
        };
    }
}

/** Creates the function that calculates the default memory of a run from its input and options. */
function createMemoryCalculation(expression: string): RunTarget['calculateMemory'] {
    return (input, runOptions) => parseMemoryExpression(expression)({ input: parseInput(input), runOptions });
}

function parseInput(input: RunInput | undefined): Record<string, unknown> {
    const value: unknown = input && isJsonType(input.contentType) ? JSON.parse(input.bytes.toString()) : {};
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function copyActor(actor: Readonly<StoredActor>): ActorOfRun {
    const { id, username, name, taggedBuilds, actorPermissionLevel, defaultRunOptions } = actor;
    return { id, username, name, taggedBuilds, actorPermissionLevel, defaultRunOptions };
}

/** Creates the input rules of a build with an input schema. */
function createInputRules(build: Build, schema: Record<string, unknown>, keys: SecretKeyring): InputRules {
    return {
        prepare: (input, userId) => prepareInputFor(build, input, () => keys.require(userId)),
        hasSecrets: hasSecrets(schema),
        readSecrets: async (userId, input) => {
            const pair = keys.find(userId);
            return pair && readSecrets(input, pair);
        },
    };
}

async function readSecrets(
    input: Buffer | undefined,
    pair: { privateKey: string; passphrase: string },
): Promise<RunSecrets> {
    const key = Buffer.from(pair.privateKey).toString('base64');
    const values = input === undefined ? [] : await decryptValues(input, pair);
    return {
        variables: { [SECRET_KEY_VARIABLE]: key, [SECRET_PASSPHRASE_VARIABLE]: pair.passphrase },
        values: [key, pair.passphrase, ...values],
    };
}

/** Returns no values if decryption fails: then the log cannot show them either, and the Actor fails when it reads its input. */
async function decryptValues(input: Buffer, pair: { privateKey: string; passphrase: string }): Promise<unknown[]> {
    try {
        const fields = await decryptSecrets(JSON.parse(input.toString()), pair);
        return fields.map(([, value]) => value);
    } catch {
        return [];
    }
}

function hasSecrets({ properties }: Record<string, unknown>): boolean {
    if (typeof properties !== 'object' || properties === null) return false;
    return Object.values(properties).some((field: { isSecret?: unknown } | null) => field?.isSecret === true);
}
