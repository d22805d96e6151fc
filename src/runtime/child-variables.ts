import { API_BASE_URL } from '../protocol/api.js';

/** A variable that every environment has that was made of the run's own. */
const MARK = 'ACTOR_RUN_ID';

let variables: Readonly<Record<string, string>> = {};

/**
 * Says what of the run's environment is different for the processes that the Actor starts: they reach the engine over
 * sockets, as this thread or process does not.
 */
export function setChildVariables(given: Readonly<Record<string, string>> = {}): void {
    variables = given;
}

/** The environment for a process that the Actor starts, made of what the Actor would give it. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    if (env[MARK] === undefined) return env;
    return { ...env, ...Object.fromEntries(Object.entries(variables).filter(([name]) => isOurs(env[name]))) };
}

/** Whether a value is the engine's to change, and not one that the Actor has set. */
function isOurs(value: string | undefined): boolean {
    return value === undefined || value === API_BASE_URL;
}
