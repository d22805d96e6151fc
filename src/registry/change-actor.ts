import { withoutUndefined } from '../util/without-undefined.js';
import type { ActorFields } from '../model/client.js';
import type { ActorRunPricingInfo } from '../model/pricing.js';
import type { StoredActor } from './stored-actor.js';
import type { StoredVersion } from './version-records.js';

/** What is to change of an Actor, with what has been read of it. */
export interface ActorChange {
    fields: ActorFields;
    versions: StoredVersion[] | undefined;
    pricingInfos: ActorRunPricingInfo[] | undefined;
    now: Date;
}

/** Fields that are taken over as they are; null empties them. */
const OPTIONAL = [
    'title',
    'description',
    'isDeprecated',
    'categories',
    'seoTitle',
    'seoDescription',
    'exampleRunInput',
    'restartOnError',
] as const;

/** Changes a record; all that could be wrong with the fields has been refused already. */
export function changeActor(actor: StoredActor, { fields, versions, pricingInfos, now }: ActorChange): void {
    for (const name of OPTIONAL) change(actor, name, fields[name]);
    if (actor.exampleRunInput?.body === undefined) delete actor.exampleRunInput;
    const { name, isPublic, actorPermissionLevel, actorStandby, restartOnError, defaultRunOptions } = fields;
    const required = { name, isPublic, actorPermissionLevel, versions, pricingInfos };
    Object.assign(actor, withoutNothing(required), { modifiedAt: now });
    if (actorStandby === null) delete actor.actorStandby;
    else if (actorStandby !== undefined && Object.keys(actorStandby).length > 0) {
        actor.actorStandby = { isEnabled: false, ...actor.actorStandby, ...withoutNothing(actorStandby) };
    }
    Object.assign(
        actor.defaultRunOptions,
        withoutNothing({ restartOnError }),
        withoutNothing({ ...defaultRunOptions }),
    );
}

function change<Name extends (typeof OPTIONAL)[number]>(
    actor: StoredActor,
    name: Name,
    value: StoredActor[Name] | null | undefined,
): void {
    if (value === undefined) return;
    if (value === null) delete actor[name];
    else actor[name] = structuredClone(value);
}

function withoutNothing<Fields extends object>(fields: Fields): Fields {
    const given = Object.entries(fields).map(([name, value]) => [name, (value as unknown) ?? undefined]);
    return withoutUndefined(Object.fromEntries(given) as Fields);
}
