import { EngineError } from '../errors/engine-error.js';
import { CLIENT_METHODS, type CallSegment, type ResourceName, type ClientResource } from '../protocol/calls.js';
import { invalid, show, didYouMean } from '../util/check.js';
import type { BuildClient, Client } from '../model/client/client.js';

/**
 * Calls a method of a client that an Actor's thread or an external client names as data. Only the methods in
 * {@link CLIENT_METHODS} can be called; other properties of the client are unreachable.
 *
 * @returns The result of the last step as plain data; for a list, its first page.
 * @throws EngineError `invalid-value` for an invalid step or an unknown method, and the errors of the method.
 */
export async function dispatchCall(client: Client, steps: CallSegment[]): Promise<unknown> {
    if (!Array.isArray(steps) || steps.length === 0) throw invalid('steps', steps, 'an array of at least one step');
    let resource: ResourceName = 'client';
    let target: unknown = client;
    for (const step of steps.slice(0, -1)) {
        const resources: ClientResource['resources'] = CLIENT_METHODS[resource].resources;
        const method = parseMethod(step);
        if (!Object.hasOwn(resources, method)) throw unknownMethodError(resource, method, Object.keys(resources));
        target = invoke(target, step);
        resource = resources[method]!;
    }
    const step = steps.at(-1)!;
    const method = parseMethod(step);
    const { methods, lists } = CLIENT_METHODS[resource];
    if (!methods.includes(method) && !lists.includes(method))
        throw unknownMethodError(resource, method, [...methods, ...lists]);
    const output = await invoke(target, step);
    return withoutMethods(method, output);
}

/** Replaces results that cannot be sent: a started run has a method, and a default build is a client. */
async function withoutMethods(method: string, output: unknown): Promise<unknown> {
    if (method === 'start') return { ...(output as object) };
    return method === 'defaultBuild' ? (output as BuildClient).get() : output;
}

function parseMethod(step: unknown): string {
    if (Array.isArray(step) && typeof step[0] === 'string') return step[0];
    throw invalid('steps', step, 'an array of steps, each an array of a method and its arguments');
}

function invoke(target: unknown, [method, ...args]: CallSegment): unknown {
    return (target as Record<string, (...args: unknown[]) => unknown>)[method]!(...args);
}

function unknownMethodError(resource: ResourceName, method: string, known: readonly string[]): EngineError {
    return new EngineError(
        'invalid-value',
        `The client's \`${resource}\` has no method ${show(method)}.${didYouMean(method, known)} ` +
            `Its methods: ${known.join(', ')}.`,
        { details: { resource, method } },
    );
}
