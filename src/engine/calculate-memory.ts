import { readMemoryExpression } from '../registry/definition/memory-expression.js';
import { isJsonType } from '../util/json.js';
import type { RunInput } from '../model/run-document.js';
import type { StartTarget } from '../lifecycle/parts.js';
import type { Build } from '../model/actor.js';

/** How much memory a run of a build gets by default, if the build works that out for each of them. */
export function memoryRuleOf({ actorDefinition }: Build): Required<StartTarget>['calculateMemory'] | undefined {
    const expression = actorDefinition?.defaultMemoryMbytes;
    if (typeof expression !== 'string') return undefined;
    return (input, runOptions) => readMemoryExpression(expression)({ input: valuesOf(input), runOptions });
}

function valuesOf(input: RunInput | undefined): Record<string, unknown> {
    const value: unknown = input && isJsonType(input.contentType) ? JSON.parse(input.bytes.toString()) : {};
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
