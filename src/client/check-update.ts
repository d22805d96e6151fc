import { checkChargeLimits } from '../lifecycle/charge-limits.js';
import { checkMemory } from '../lifecycle/start-options.js';
import { readActorName } from '../registry/actor-name.js';
import { checkFlag, checkOptions, checkText, checkWhole, checkWord, invalid } from '../util/check.js';
import { checkGiven } from './check-argument.js';
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
    const { defaultRunOptions } = fields;
    checkOptions('fields.defaultRunOptions', defaultRunOptions, DEFAULT_RUN_OPTIONS);
    checkText('fields.defaultRunOptions.build', defaultRunOptions?.build);
    checkMemory(defaultRunOptions?.memoryMbytes, 'fields.defaultRunOptions.memoryMbytes');
    checkWhole('fields.defaultRunOptions.timeoutSecs', defaultRunOptions?.timeoutSecs, 0);
    checkChargeLimits('fields.defaultRunOptions', defaultRunOptions);
    checkFlag('fields.defaultRunOptions.restartOnError', defaultRunOptions?.restartOnError);
}

/** Checks what is to change of a run, as far as the run does not itself. */
export function checkRunUpdate(fields: RunUpdate): void {
    checkGiven('fields', fields);
    checkWord('fields.generalAccess', fields.generalAccess ?? undefined, RUN_ACCESS);
}

/** A text, maybe empty, or undefined. */
function checkString(path: string, value: unknown): void {
    if (value !== undefined && typeof value !== 'string') throw invalid(path, value, 'a text');
}
