import { openEnvVars } from '../registry/building/builds.js';
import { readMemoryExpression } from '../registry/definition/memory-expression.js';
import { pricingAt } from '../registry/definition/pricing.js';
import { resolveRunnable } from '../registry/source/actor-source.js';
import { secretTexts } from '../logs/secret-texts.js';
import { openSecrets, SECRET_KEY_VARIABLE, SECRET_PASSPHRASE_VARIABLE } from '../protocol/input-secrets.js';
import { isJsonType } from '../util/json.js';
import type { InputRules, RunSecrets, RunTarget, RunTargets } from '../lifecycle/dependencies.js';
import type { Build } from '../model/actor.js';
import type { RunInput } from '../model/run-document.js';
import type { Building } from './building.js';

/** Creates the lookup of the Actors and builds that runs execute. */
export function createRunTargets(building: Building): RunTargets {
    const { actors, builds, parts, inputs } = building;
    const find = (actorId: string, tagOrNumber: string | undefined): RunTarget => {
        const actor = actors.require(actorId);
        const { build, blueprint } = actors.resolveBuild(actor, tagOrNumber);
        const hidden = openEnvVars(blueprint, parts.secrets);
        return {
            actor,
            build,
            envVars: { ...blueprint.envVars, ...hidden },
            secrets: Object.values(hidden),
            memory: blueprint.memory,
            calculateMemory: memoryRuleOf(build),
            pricing: pricingAt(actor.pricingInfos, parts.clock.now()),
            isolation: blueprint.isFunction === true ? 'inline' : actor.isolation,
            isFunction: blueprint.isFunction === true,
            input: inputRulesOf(build, inputs),
            resolveRunnable: () => resolveRunnable(blueprint),
        };
    };
    return {
        find,
        async resolve(actorId, tagOrNumber) {
            await actors.refreshBuild(actorId, tagOrNumber);
            return find(actorId, tagOrNumber);
        },
        buildNumberOf: (buildId) => builds.require(buildId).build.buildNumber,
        countRun: (actorId) => actors.countRun(actorId),
    };
}

/** The default memory of a run of a build, if the build calculates that from the input and the options of the run. */
function memoryRuleOf({ actorDefinition }: Build): RunTarget['calculateMemory'] {
    const expression = actorDefinition?.defaultMemoryMbytes;
    if (typeof expression !== 'string') return undefined;
    return (input, runOptions) => readMemoryExpression(expression)({ input: valuesOf(input), runOptions });
}

function valuesOf(input: RunInput | undefined): Record<string, unknown> {
    const value: unknown = input && isJsonType(input.contentType) ? JSON.parse(input.bytes.toString()) : {};
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The rules of a build for inputs; undefined where it has no input schema. */
function inputRulesOf(build: Build, { desk, keys }: Building['inputs']): InputRules | undefined {
    const schema = build.actorDefinition?.input;
    if (schema === undefined) return undefined;
    return {
        prepare: (input, userId) => desk.prepare(build, input, userId),
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
        texts: [key, pair.passphrase, ...secretTexts(values)],
    };
}

/** A secret that cannot be opened here is not readable for the log either; the Actor reports it when it reads its input. */
async function valuesIn(input: Buffer, pair: { privateKey: string; passphrase: string }): Promise<unknown[]> {
    try {
        const fields = await openSecrets(JSON.parse(input.toString()), pair);
        return fields.map(([, value]) => value);
    } catch {
        return [];
    }
}

function hasSecrets({ properties }: Record<string, unknown>): boolean {
    if (typeof properties !== 'object' || properties === null) return false;
    return Object.values(properties).some((field: { isSecret?: unknown } | null) => field?.isSecret === true);
}
