import { openEnvVars } from '../registry/building/builds.js';
import { pricingAt } from '../registry/definition/pricing.js';
import { resolveRunnable } from '../registry/source/actor-source.js';
import { memoryRuleOf } from './calculate-memory.js';
import { inputRulesOf } from './input-rules.js';
import type { StartTarget } from '../lifecycle/parts.js';
import type { Building } from './building.js';

/** Finds what is to be started when somebody asks for an Actor, by id or name, and maybe for a build of it. */
export function createTargetFinder({
    actors,
    parts: { secrets, clock },
    inputs,
}: Building): (idOrName: string, tagOrNumber: string | undefined) => StartTarget {
    return (idOrName, tagOrNumber) => {
        const actor = actors.require(idOrName);
        const { build, blueprint } = actors.resolveBuild(actor, tagOrNumber);
        const hidden = openEnvVars(blueprint, secrets);
        return {
            actor,
            build,
            envVars: { ...blueprint.envVars, ...hidden },
            secrets: Object.values(hidden),
            memory: blueprint.memory,
            calculateMemory: memoryRuleOf(build),
            pricing: pricingAt(actor.pricingInfos, clock.now()),
            isolation: blueprint.isFunction === true ? 'inline' : actor.isolation,
            isFunction: blueprint.isFunction === true,
            input: inputRulesOf(build, inputs),
            resolveRunnable: () => resolveRunnable(blueprint),
        };
    };
}
