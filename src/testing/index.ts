export { ManualClock } from './manual-clock.js';
export { createNetwork, type Network, type NetworkRequest } from './network/create-network.js';
export { record, type RecordingNetwork } from './network/record.js';
export { replay } from './network/replay.js';
export type { NetworkAnswer, NetworkRule, NetworkRules } from './network/rules.js';
