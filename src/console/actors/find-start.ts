import { api, apiAnswer } from '../api/api.js';
import { isNotFound } from '../api/api-error.js';
import { choicesOf, type RunChoices } from '../options/run-choices.js';
import type { Run } from '../api/json.js';

/** What a form to start an Actor begins with. */
export interface StartGiven {
    /** The input of the run that is to be run again; undefined where the form begins with what the schema has prefilled. */
    readonly given: { readonly input: unknown } | undefined;
    readonly choices: RunChoices;
}

/** Reads what a form to start an Actor begins with. */
export async function findStart(runAgain: string | undefined, signal: AbortSignal): Promise<StartGiven> {
    if (runAgain === undefined) return { given: undefined, choices: {} };
    const run = await api<Run>(`/actor-runs/${runAgain}`, { signal });
    return { given: { input: await inputOf(run, signal) }, choices: choicesOf(run) };
}

/** The input of a run; undefined if it had none, or one that is no JSON. */
async function inputOf({ defaultKeyValueStoreId }: Run, signal: AbortSignal): Promise<unknown> {
    try {
        const answer = await apiAnswer(`/key-value-stores/${defaultKeyValueStoreId}/records/INPUT`, { signal });
        const text = await answer.text();
        return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
    }
}
