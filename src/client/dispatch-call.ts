import { EngineError } from '../errors/engine-error.js';
import { CLIENT_METHODS, type CallSegment, type ResourceName, type ClientResource } from '../protocol/calls.js';
import { invalid, show, didYouMean } from '../util/check.js';
import type { BuildClient, Client } from '../model/client/client.js';

/**
 * Performs a call that came as data: from an Actor's thread, or from outside. {@link CLIENT_METHODS} is the list of what may be
 * called; no other property of the client can be reached, whatever it is called.
 *
 * @returns What the last step settles with, as plain data; of a list, its first page.
 * @throws EngineError `invalid-value` when a step is no step or names no method; else what the method throws.
 */
export async function dispatchCall(client: Client, steps: CallSegment[]): Promise<unknown> {
    if (!Array.isArray(steps) || steps.length === 0) throw invalid('steps', steps, 'a list of at least one step');
    let resource: ResourceName = 'client';
    let target: unknown = client;
    for (const step of steps.slice(0, -1)) {
        const resources: ClientResource['resources'] = CLIENT_METHODS[resource].resources;
        const method = methodOf(step);
        if (!Object.hasOwn(resources, method)) throw unknownMethod(resource, method, Object.keys(resources));
        target = invoke(target, step);
        resource = resources[method]!;
    }
    const step = steps.at(-1)!;
    const method = methodOf(step);
    const { methods, lists } = CLIENT_METHODS[resource];
    if (!methods.includes(method) && !lists.includes(method))
        throw unknownMethod(resource, method, [...methods, ...lists]);
    const output = await invoke(target, step);
    return withoutMethods(method, output);
}

/** A started run carries a method, and a default build is a client: neither would survive being sent on. */
async function withoutMethods(method: string, output: unknown): Promise<unknown> {
    if (method === 'start') return { ...(output as object) };
    return method === 'defaultBuild' ? (output as BuildClient).get() : output;
}

function methodOf(step: unknown): string {
    if (Array.isArray(step) && typeof step[0] === 'string') return step[0];
    throw invalid('steps', step, 'a list of steps, each an array of a method and its arguments');
}

function invoke(target: unknown, [method, ...args]: CallSegment): unknown {
    return (target as Record<string, (...args: unknown[]) => unknown>)[method]!(...args);
}

function unknownMethod(resource: ResourceName, method: string, known: readonly string[]): EngineError {
    return new EngineError(
        'invalid-value',
        `The client's \`${resource}\` has no method ${show(method)} that can be called here.${didYouMean(method, known)} ` +
            `It has: ${known.join(', ')}.`,
        { details: { resource, method } },
    );
}
