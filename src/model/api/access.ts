/** Access of users other than the owner. Source: "General resource access" in the platform's docs. */
export type GeneralAccess =
    | 'ANYONE_WITH_ID_CAN_READ'
    | 'ANYONE_WITH_NAME_CAN_READ'
    | 'FOLLOW_USER_SETTING'
    | 'RESTRICTED';

/** Access to a run of users other than its owner. A run has no name to be read by. */
export type RunGeneralAccess = Exclude<GeneralAccess, 'ANYONE_WITH_NAME_CAN_READ'>;
