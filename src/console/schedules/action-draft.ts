import { api } from '../api/api.js';
import { queryOf } from '../runs/run-options.js';
import type { Run, Schedule } from '../api/json.js';

type Action = Schedule['actions'][number];

/** What a schedule starts, as it is being written. */
export interface ActionDraft {
    readonly kind: 'actor' | 'task';
    /** Of the Actor or the task. */
    readonly id: string;
    /** JSON, or nothing. */
    readonly inputText: string;
    /** As it is kept, with what the form has no field for. */
    readonly kept?: Action;
}

export function draftOfAction(action: Action): ActionDraft {
    if (action.type === 'RUN_ACTOR') {
        const text = action.runInput?.body ?? '';
        return { kind: 'actor', id: action.actorId, inputText: prettyJson(text), kept: action };
    }
    const { input } = action;
    const text = typeof input === 'string' ? input : input === undefined ? '' : JSON.stringify(input);
    return { kind: 'task', id: action.actorTaskId, inputText: prettyJson(text), kept: action };
}

/** As the API takes it. What the form has no field for, such as run options, stays. */
export function actionOf({ kind, id, inputText, kept }: ActionDraft): object {
    const text = inputText.trim();
    if (kind === 'actor') {
        const { runInput: _, ...rest } = kept?.type === 'RUN_ACTOR' ? kept : {};
        const runInput = text === '' ? {} : { runInput: { body: text, contentType: 'application/json' } };
        return { ...rest, type: 'RUN_ACTOR', actorId: id, ...runInput };
    }
    const { input: _, ...rest } = kept?.type === 'RUN_ACTOR_TASK' ? kept : {};
    const input = text === '' ? {} : { input: JSON.parse(text) as unknown };
    return { ...rest, type: 'RUN_ACTOR_TASK', actorTaskId: id, ...input };
}

/** Starts what an action of a schedule starts. Returns the id of the run. */
export async function runAction(action: Action): Promise<string> {
    if (action.type === 'RUN_ACTOR') {
        const { actorId, runInput, runOptions = {} } = action;
        const body =
            runInput?.body === undefined
                ? {}
                : { body: runInput.body, headers: { 'content-type': runInput.contentType ?? 'application/json' } };
        const query = queryOf(runOptions);
        return (await api<Run>(`/acts/${actorId}/runs`, { method: 'POST', query, ...body })).id;
    }
    const { actorTaskId, input } = action;
    const json = typeof input === 'string' ? (JSON.parse(input) as unknown) : input;
    const body = json === undefined ? {} : { json };
    return (await api<Run>(`/actor-tasks/${actorTaskId}/runs`, { method: 'POST', ...body })).id;
}

function prettyJson(text: string): string {
    try {
        return text === '' ? '' : JSON.stringify(JSON.parse(text), null, 4);
    } catch {
        return text;
    }
}
