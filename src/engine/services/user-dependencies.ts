import type { RunService } from '../../run/run-service.js';
import type { RetentionDependencies } from '../../run/retention.js';
import type { ClientServices } from '../../client/services.js';
import type { RunRegistry } from '../../records/runs.js';
import type { EngineEvents } from '../../model/events.js';
import type { Emitter } from '../../util/emitter.js';
import type { NetworkPolicies } from '../external/network-policies.js';
import type { ResolvedEngineOptions } from '../options/options.js';
import type { Persistence } from '../persistence/persistence.js';
import type { Building } from './building.js';
import type { Users } from './users.js';

/** The services for clients that all users of an engine share. */
export type SharedServices = Omit<ClientServices, 'principal' | 'userServices'>;

/** Dependencies of the services of a user. */
export interface UserDependencies extends RetentionDependencies {
    readonly settings: ResolvedEngineOptions;
    readonly shared: SharedServices;
    readonly emitter: Emitter<EngineEvents>;
    readonly persistence: Persistence;
    readonly users: Users;
    readonly records: RunRegistry;
    readonly building: Building;
    readonly networkPolicies: NetworkPolicies;
    readonly runs: RunService;
}
