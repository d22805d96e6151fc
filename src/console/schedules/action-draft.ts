import { api } from '../api/api.js';
import { queryOf } from '../runs/run-options.js';
import { readDraft } from '../form/schema.js';
import { prettyText } from '../components/parse-json.js';
import type { Run, Schedule } from '../api/json.js';

type Action = Schedule['actions'][number];

export interface ActionDraft {
    readonly kind: 'actor' | 'task';
    /** Of the Actor or the task. */
    readonly id: string;
    readonly inputText: string;
    /** As it is kept, with what the form has no field for. */
    readonly kept?: Action;
}

export function draftOfAction(action: Action): ActionDraft {
    const inputText = prettyText(inputOf(action) ?? '');
    if (action.type === 'RUN_ACTOR') return { kind: 'actor', id: action.actorId, inputText, kept: action };
    return { kind: 'task', id: action.actorTaskId, inputText, kept: action };
}

function inputOf(action: Action): string | undefined {
    if (action.type === 'RUN_ACTOR') return action.runInput?.body;
    return typeof action.input === 'object' ? JSON.stringify(action.input) : action.input;
}

/**
 * Returns an action as the API takes it. What the form has no field for, such as run options, stays. Throws an error for one that is
 * incomplete.
 */
export function actionOf({ kind, id, inputText, kept }: ActionDraft, index: number): object {
    const place = `Action ${index + 1} has`;
    if (id === '') throw new Error(`${place} no ${kind === 'task' ? kind : 'Actor'}. Select one, or remove it.`);
    const input = readDraft({ mode: 'json', text: inputText });
    if (!input.ok) throw new Error(`${place} an input that is not valid JSON. ${input.trouble}.`);
    const { runInput: _, input: __, ...rest }: { runInput?: unknown; input?: unknown } = kept ?? {};
    if (kind === 'task') return { ...rest, type: 'RUN_ACTOR_TASK', actorTaskId: id, input: input.value };
    const body = inputText.trim();
    const runInput = body === '' ? undefined : { body, contentType: 'application/json' };
    return { ...rest, type: 'RUN_ACTOR', actorId: id, runInput };
}

/** Starts what an action of a schedule starts. Returns the id of the run. */
export async function runAction(action: Action): Promise<string> {
    const isActor = action.type === 'RUN_ACTOR';
    const path = isActor ? `/acts/${action.actorId}/runs` : `/actor-tasks/${action.actorTaskId}/runs`;
    const body = inputOf(action);
    const headers = { 'content-type': (isActor && action.runInput?.contentType) || 'application/json' };
    const query = isActor ? queryOf(action.runOptions ?? {}) : {};
    return (await api<Run>(path, { method: 'POST', query, ...(body !== undefined && { body, headers }) })).id;
}
