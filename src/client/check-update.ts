import { checkChargeLimits } from '../lifecycle/charge-limits.js';
import { checkMemory } from '../lifecycle/start-options.js';
import { readActorName } from '../registry/actor-name.js';
import { checkFlag, checkOptions, checkText, checkWhole, checkWord, invalid } from '../util/check.js';
import { checkGiven } from './check-argument.js';
import type { DefaultRunOptions } from '../model/actor.js';
import type { ActorUpdate, RunUpdate } from '../model/client.js';

const RUN_ACCESS = ['FOLLOW_USER_SETTING', 'RESTRICTED', 'ANYONE_WITH_ID_CAN_READ'];
const DEFAULT_RUN_OPTIONS = ['build', 'timeoutSecs', 'memoryMbytes', 'restartOnError', 'maxItems', 'maxTotalChargeUsd'];

/** Checks what an owner wants to change of an Actor. */
export function checkActorUpdate(fields: ActorUpdate): void {
    checkGiven('fields', fields);
    checkOptions('fields', fields, ['name', 'title', 'description', 'isPublic', 'defaultRunOptions', 'pricingInfos']);
    if (fields.name !== undefined && readActorName('`fields.name`', fields.name).username !== undefined) {
        throw invalid('fields.name', fields.name, 'a name without an owner', 'An Actor cannot change hands.');
    }
    checkString('fields.title', fields.title);
    checkString('fields.description', fields.description);
    checkFlag('fields.isPublic', fields.isPublic);
    checkRunDefaults('fields.defaultRunOptions', fields.defaultRunOptions);
}

/** Checks options that are kept for runs whose caller names none. */
export function checkRunDefaults(path: string, options: Partial<DefaultRunOptions> | undefined): void {
    checkOptions(path, options, DEFAULT_RUN_OPTIONS);
    checkText(`${path}.build`, options?.build);
    checkMemory(options?.memoryMbytes, `${path}.memoryMbytes`);
    checkWhole(`${path}.timeoutSecs`, options?.timeoutSecs, 0);
    checkChargeLimits(path, options);
    checkFlag(`${path}.restartOnError`, options?.restartOnError);
}

/** Checks what is to change of a run, as far as the run does not itself. */
export function checkRunUpdate(fields: RunUpdate): void {
    checkGiven('fields', fields);
    checkWord('fields.generalAccess', fields.generalAccess ?? undefined, RUN_ACCESS);
}

/** A text, maybe empty, or undefined. */
export function checkString(path: string, value: unknown): void {
    if (value !== undefined && typeof value !== 'string') throw invalid(path, value, 'a text');
}
