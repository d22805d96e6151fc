import { pricingAt } from '../registry/read-pricing.js';
import { resolveRunnable } from '../registry/actor-source.js';
import { memoryRuleOf } from './calculate-memory.js';
import { inputRulesOf, type InputParts } from './input-rules.js';
import type { StartTarget } from '../lifecycle/parts.js';
import type { ActorRegistry } from '../registry/actors.js';
import type { Clock } from '../util/clock.js';

/** Finds what is to be started when somebody asks for an Actor, by id or name, and maybe for a build of it. */
export function createTargetFinder(
    actors: ActorRegistry,
    inputs: InputParts,
    clock: Clock,
): (idOrName: string, tagOrNumber: string | undefined) => StartTarget {
    return (idOrName, tagOrNumber) => {
        const actor = actors.require(idOrName);
        const { build, blueprint } = actors.resolveBuild(actor, tagOrNumber);
        return {
            actor,
            build,
            envVars: blueprint.envVars,
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
