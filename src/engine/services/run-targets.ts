import { decryptEnvVars, type BuildDocument } from '../../actors/builds/builds.js';
import { parseMemoryExpression } from '../../actors/definition/memory-expression.js';
import { pricingAt } from '../../actors/definition/pricing.js';
import { prepareInputFor } from '../../actors/input/prepare-input.js';
import { resolveRunnable } from '../../actors/source/actor-source.js';
import { collectSecretTexts } from '../../logs/secret-texts.js';
import { decryptSecrets, SECRET_KEY_VARIABLE, SECRET_PASSPHRASE_VARIABLE } from '../../protocol/input-secrets.js';
import { isJsonType } from '../../util/json/json.js';
import type { ActorOfRun, InputRules, RunSecrets, RunTarget, RunTargets } from '../../run/interfaces.js';
import type { Build } from '../../model/api/actor.js';
import type { RunInput } from '../../model/api/run-document.js';
import type { SecretKeyring } from '../../actors/input/secret-keys.js';
import type { StoredActor } from '../../actors/stored-actor.js';
import type { Building } from './building.js';

/** The Actors and builds that runs execute. */
export class EngineRunTargets implements RunTargets {
    readonly #building: Building;

    constructor(building: Building) {
        this.#building = building;
    }

    find(actorId: string, tagOrNumber: string | undefined): RunTarget {
        const { actors } = this.#building;
        const actor = actors.peek(actorId);
        return this.#targetOf(actor, actors.resolveBuild(actor, tagOrNumber));
    }

    async resolve(actorId: string, tagOrNumber: string | undefined): Promise<RunTarget> {
        const { actors } = this.#building;
        const actor = actors.peek(actorId);
        return this.#targetOf(actor, await actors.currentBuild(actor, tagOrNumber));
    }

    buildNumberOf(buildId: string): string {
        return this.#building.builds.require(buildId).build.buildNumber;
    }

    #targetOf(actor: Readonly<StoredActor>, { build, blueprint }: BuildDocument): RunTarget {
        const { dependencies: parts, keys } = this.#building;
        const isFunction = blueprint.isFunction === true;
        const hidden = decryptEnvVars(blueprint, parts.secrets);
        const schema = build.actorDefinition?.input;
        const expression = build.actorDefinition?.defaultMemoryMbytes;
        return {
            // A copy: a name, tag or permission level that the owner changes later applies to later runs.
            actor: actorOfRun(actor),
            build,
            envVars: { ...blueprint.envVars, ...hidden },
            secrets: Object.values(hidden),
            memory: blueprint.memory,
            calculateMemory: typeof expression === 'string' ? memoryRuleOf(expression) : undefined,
            pricing: pricingAt(actor.pricingInfos, parts.clock.now()),
            isolation: isFunction ? 'inline' : actor.isolation,
            isFunction,
            input: schema && inputRulesOf(build, schema, keys),
            resolveRunnable: () => resolveRunnable(blueprint),
        };
    }
}

/** The default memory of a run by an expression on the input and the options of the run. */
function memoryRuleOf(expression: string): RunTarget['calculateMemory'] {
    return (input, runOptions) => parseMemoryExpression(expression)({ input: valuesOf(input), runOptions });
}

function valuesOf(input: RunInput | undefined): Record<string, unknown> {
    const value: unknown = input && isJsonType(input.contentType) ? JSON.parse(input.bytes.toString()) : {};
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function actorOfRun(actor: Readonly<StoredActor>): ActorOfRun {
    const { id, username, name, taggedBuilds, actorPermissionLevel, defaultRunOptions } = actor;
    return { id, username, name, taggedBuilds, actorPermissionLevel, defaultRunOptions };
}

/** The rules of a build with an input schema for inputs. */
function inputRulesOf(build: Build, schema: Record<string, unknown>, keys: SecretKeyring): InputRules {
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
    const values = input === undefined ? [] : await valuesIn(input, pair);
    return {
        variables: { [SECRET_KEY_VARIABLE]: key, [SECRET_PASSPHRASE_VARIABLE]: pair.passphrase },
        texts: [key, pair.passphrase, ...collectSecretTexts(values)],
    };
}

/** A secret that cannot be opened here is not readable for the log either; the Actor reports it when it reads its input. */
async function valuesIn(input: Buffer, pair: { privateKey: string; passphrase: string }): Promise<unknown[]> {
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
