import { api } from '../api/api.js';
import { toQuery } from '../runs/run-options.js';
import { readDraft } from '../form/schema.js';
import { prettyText } from '../components/parse-json.js';
import type { Run, Schedule } from '../api/json.js';

type Action = Schedule['actions'][number];

export interface ActionDraft {
    readonly kind: 'actor' | 'task';
    /** Id of the Actor or task. */
    readonly id: string;
    readonly inputText: string;
    /** The stored action, with properties that the form does not edit. */
    readonly original?: Action;
}

export function toActionDraft(action: Action): ActionDraft {
    const inputText = prettyText(inputOf(action) ?? '');
    if (action.type === 'RUN_ACTOR') return { kind: 'actor', id: action.actorId, inputText, original: action };
    return { kind: 'task', id: action.actorTaskId, inputText, original: action };
}

function inputOf(action: Action): string | undefined {
    if (action.type === 'RUN_ACTOR') return action.runInput?.body;
    return typeof action.input === 'object' ? JSON.stringify(action.input) : action.input;
}

/**
 * Converts a draft to an action of the API. Properties that the form does not edit, such as run options, are kept. Throws an error
 * for an incomplete draft.
 */
export function toAction({ kind, id, inputText, original }: ActionDraft, index: number): object {
    const prefix = `Action ${index + 1} has`;
    if (id === '') throw new Error(`${prefix} no ${kind === 'task' ? kind : 'Actor'}. Select one, or remove it.`);
    const input = readDraft({ mode: 'json', text: inputText });
    if (!input.ok) throw new Error(`${prefix} an input that is not valid JSON. ${input.message}.`);
    const { runInput: _, input: __, ...rest }: { runInput?: unknown; input?: unknown } = original ?? {};
    if (kind === 'task') return { ...rest, type: 'RUN_ACTOR_TASK', actorTaskId: id, input: input.value };
    const body = inputText.trim();
    const runInput = body === '' ? undefined : { body, contentType: 'application/json' };
    return { ...rest, type: 'RUN_ACTOR', actorId: id, runInput };
}

/** Runs the Actor or task of an action. Returns the id of the run. */
export async function runAction(action: Action): Promise<string> {
    const isActor = action.type === 'RUN_ACTOR';
    const path = isActor ? `/acts/${action.actorId}/runs` : `/actor-tasks/${action.actorTaskId}/runs`;
    const body = inputOf(action);
    const headers = { 'content-type': (isActor && action.runInput?.contentType) || 'application/json' };
    const query = isActor ? toQuery(action.runOptions ?? {}) : {};
    return (await api<Run>(path, { method: 'POST', query, ...(body !== undefined && { body, headers }) })).id;
}
