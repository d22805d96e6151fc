const sdk = globalThis[Symbol.for('greenroom.actor-sdk')];
export const {
    Actor,
    ApifyClient,
    ChargingManager,
    Configuration,
    Dataset,
    EXIT_CODES,
    KeyValueStore,
    Log,
    log,
    Logger,
    LoggerJson,
    LoggerText,
    LogLevel,
    PlatformEventManager,
    ProxyConfiguration,
    Request,
    RequestQueue,
} = sdk;
export default sdk;
